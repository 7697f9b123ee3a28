import { stringify } from 'yaml';
import type { TrainingSettings } from './schema';
import { SETTINGS } from './settings';

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
