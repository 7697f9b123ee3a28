import { stringify } from 'yaml';
import type { TrainingSettings } from './schema';
import { expectation, type JsonSchema, SETTINGS, settingsJsonSchema } from './settings';

/** A settings file with all settings, each under a comment that explains it; those without a value are commented out. */
export function printSettings(settings: Partial<TrainingSettings> = {}): string {
  return SETTINGS.map(({ key, description, expected, default: fallback }) => {
    const value = settings[key as keyof TrainingSettings] ?? fallback;
    const line = value === undefined ? `# ${key}:` : stringify({ [key]: value }, { lineWidth: 0 }).trimEnd();
    return `# ${description} (${expected}).\n${line}\n`;
  }).join('\n');
}

/** The settings as a Markdown table. */
export function settingsTable(): string {
  const rows = SETTINGS.map(({ key, flag, description, expected, default: fallback, required }) => {
    const value = fallback === undefined ? (required ? 'required' : '') : `\`${inline(fallback)}\``;
    return `| \`${key}\` | \`--${flag}\` | ${expected} | ${value} | ${description} |`;
  });
  return ['| key | flag | type | default | what it is |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The fields of each kind of source as a Markdown table. */
export function sourcesTable(): string {
  const kinds = settingsJsonSchema.properties?.data?.items?.oneOf ?? [];
  const rows = kinds.flatMap(({ description: purpose, properties = {}, required }) =>
    Object.entries(properties).map(([key, schema]) => {
      const { default: fallback, description = purpose } = schema as JsonSchema;
      const value = required?.includes(key) ? 'required' : fallback === undefined ? '' : `\`${fallback}\``;
      return `| ${properties.kind.const} | \`${key}\` | ${expectation(schema)} | ${value} | ${description} |`;
    }),
  );
  return ['| kind | field | type | default | what it is |', '|---|---|---|---|---|', ...rows].join('\n');
}

const inline = (value: unknown): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
