import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { TrainError } from '../errors';
import { settingsSchema, type TrainingSettings } from './schema';
import { expectation, type JsonSchema, SETTINGS, settingsJsonSchema } from './settings';

/** A settings file: its text, and its name for errors. */
export interface SettingsFile {
  path: string;
  text: string;
}

/**
 * The settings of a YAML file, of flags, and of the defaults; flags come before the file.
 *
 * @param flags texts by key, as typed on a command line; a list as YAML.
 * @throws TrainError `InvalidSettings` that names, of each mistake, file or flag, key, what was expected and found.
 */
export function parseSettings(
  flags: Readonly<Record<string, string>> = {},
  file?: SettingsFile,
): TrainingSettings {
  const values: Record<string, unknown> = file ? readMapping(file) : {};
  for (const { key, flag, text } of SETTINGS) {
    if (key in flags) values[key] = text ? flags[key] : readYaml(flags[key], `--${flag}`);
  }
  const { success, data, error } = settingsSchema.safeParse(values);
  const mistakes = success ? [] : error.issues.map((issue) => mistakeOf(issue, values, flags, file));
  if (data?.temporal === 'predictions' && data.loss !== 'collaborative') {
    mistakes.push(
      `${placeOf(['temporal'], flags, file)}: expected none with loss ${data.loss}, found predictions`,
    );
  }
  if (!data || mistakes.length > 0) throw new TrainError('InvalidSettings', mistakes.join('\n'));
  return data;
}

function readMapping({ path, text }: SettingsFile): Record<string, unknown> {
  const value = readYaml(text, path) ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TrainError('InvalidSettings', `${path}: expected a mapping of settings, found ${show(value)}`);
  }
  return { ...value };
}

function readYaml(text: string, where: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new TrainError('InvalidSettings', `${where}: not valid YAML: ${error.message.trim()}`);
  return document.toJS();
}

type Path = readonly PropertyKey[];

function mistakeOf(
  issue: z.core.$ZodIssue,
  values: unknown,
  flags: Readonly<Record<string, string>>,
  file?: SettingsFile,
): string {
  if (issue.code === 'unrecognized_keys') {
    const place = placeOf([...issue.path, issue.keys[0]], flags, file);
    const known = Object.keys(schemaAt(issue.path, values)?.properties ?? {});
    return `${place}: expected a setting among ${known.join(', ')}, found '${issue.keys[0]}'`;
  }
  const expected = expectation(schemaAt(issue.path, values));
  return `${placeOf(issue.path, flags, file)}: expected ${expected}, found ${show(valueAt(issue.path, values))}`;
}

/** `train.yaml: data[0].path` or `--final-rate`. */
function placeOf(path: Path, flags: Readonly<Record<string, string>>, file?: SettingsFile): string {
  const [key, ...rest] = path.map(String);
  const inside = rest.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  const knob = SETTINGS.find((one) => one.key === key);
  if (knob && (key in flags || !file)) return `--${knob.flag}${inside}`;
  return `${file?.path}: ${key ?? ''}${inside}`;
}

const valueAt = (path: Path, values: unknown): unknown =>
  path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], values);

/** The schema that the value at this path has to fulfil. */
function schemaAt(path: Path, values: unknown): JsonSchema | undefined {
  let schema: JsonSchema | undefined = settingsJsonSchema;
  path.forEach((key, depth) => {
    schema = typeof key === 'number' ? schema?.items : schema?.properties?.[String(key)];
    if (!schema?.oneOf) return;
    const kind = valueAt([...path.slice(0, depth + 1), 'kind'], values);
    const kinds = schema.oneOf.map((one) => one.properties?.kind?.const);
    schema = schema.oneOf.find((one) => one.properties?.kind?.const === kind) ?? {
      properties: { kind: { enum: kinds } },
    };
  });
  return schema;
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
