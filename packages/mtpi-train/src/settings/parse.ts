import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { TrainError } from '../errors';
import { mistakesOf } from './mistakes';
import { settingsSchema, type TrainingSettings } from './schema';
import { SETTINGS } from './settings';

/** A settings file: its text, and its path for errors. */
export interface SettingsFile {
  path: string;
  text: string;
}

/** @throws TrainError `InvalidSettings` where the file cannot be read. */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const found = cause.code === 'ENOENT' ? 'no such file' : cause.message;
    throw new TrainError('InvalidSettings', { path, expected: 'a settings file (YAML)', found, cause });
  });
  return { path, text };
}

/**
 * Settings from command-line options, a YAML file and defaults; options override the file.
 *
 * @param flags texts of the options by key; lists as YAML.
 * @throws TrainError `InvalidSettings` that names file or option, key and found value of each mistake.
 */
export function parseSettings(
  flags: Readonly<Record<string, string>> = {},
  file?: SettingsFile,
): TrainingSettings {
  const values: Record<string, unknown> = file ? readMapping(file) : {};
  for (const { key, flag, text } of SETTINGS) {
    if (key in flags) values[key] = text ? flags[key] : readYaml(flags[key], `--${flag}`);
  }
  const { data, error } = settingsSchema.safeParse(values);
  if (data) return data;
  const mistakes = error.issues.flatMap((issue) =>
    mistakesOf(issue, values).map((mistake) => `${placeOf(issue.path, flags, file)}: ${mistake}`),
  );
  // A value may break several rules that are told in one sentence.
  throw new TrainError('InvalidSettings', [...new Set(mistakes)].join('\n'), { path: file?.path });
}

/** `train.yaml: data[0].path` or `--data[0].path`. */
function placeOf(
  path: readonly PropertyKey[],
  flags: Readonly<Record<string, string>>,
  file?: SettingsFile,
): string {
  if (path.length === 0) return file?.path ?? 'settings';
  const dotted = z.core.toDotPath(path);
  const setting = SETTINGS.find(({ key }) => key === path[0]);
  if (file && !(setting && setting.key in flags)) return `${file.path}: ${dotted}`;
  return `--${setting?.flag}${dotted.slice(setting?.key.length)}`;
}

function readMapping({ path, text }: SettingsFile): Record<string, unknown> {
  const value = readYaml(text, path) ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    const found = JSON.stringify(value);
    throw new TrainError('InvalidSettings', { path, expected: 'a mapping of settings', found });
  }
  return { ...value };
}

function readYaml(text: string, path: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const found = error.message.trim();
    throw new TrainError('InvalidSettings', `${path}: not valid YAML: ${found}`, {
      path,
      expected: 'YAML',
      found,
    });
  }
  return document.toJS();
}
