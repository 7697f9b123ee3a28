import { stringify } from 'yaml';
import type { TrainingSettings } from './schema';
import { SETTINGS, type SettingInfo, settingsJsonSchema, settingsOf } from './settings';

/**
 * A settings file, each setting under a comment that describes it; settings without a value are commented out.
 *
 * @param settings default: the defaults.
 */
export function printSettings(settings?: TrainingSettings): string {
  return SETTINGS.map(({ key, description, type, default: value, fallback }) => {
    const given = settings ? settings[key as keyof TrainingSettings] : value;
    const line = given === undefined ? `# ${key}:` : stringify({ [key]: given }, { lineWidth: 0 }).trimEnd();
    const otherwise = fallback === undefined ? '' : `; default ${fallback}`;
    return `# ${description} (${type}${otherwise}).\n${line}\n`;
  }).join('\n');
}

/** The settings as a Markdown table. */
export function settingsTable(): string {
  const rows = SETTINGS.map((setting) => {
    const { key, flag, alias, type, description } = setting;
    const option = [alias, `--${flag}`].flatMap((name) => (name ? [`\`${name}\``] : [])).join(', ');
    return `| \`${key}\` | ${option} | ${type} | ${defaultOf(setting)} | ${description} |`;
  });
  return ['| key | option | type | default | description |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The fields of each kind of source as a Markdown table. */
export function sourcesTable(): string {
  const kinds = settingsJsonSchema.properties?.data?.items?.oneOf ?? [];
  const rows = kinds.flatMap((kind) =>
    settingsOf(kind).map((setting) => {
      const { key, type, description } = setting;
      const name = kind.properties?.kind.const;
      return `| ${name} | \`${key}\` | ${type} | ${defaultOf(setting)} | ${description || kind.description} |`;
    }),
  );
  return ['| kind | field | type | default | description |', '|---|---|---|---|---|', ...rows].join('\n');
}

function defaultOf({ default: value, fallback, required }: SettingInfo): string {
  if (required) return 'required';
  if (value === undefined) return typeof fallback === 'number' ? `\`${fallback}\`` : String(fallback ?? '');
  return `\`${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\``;
}
