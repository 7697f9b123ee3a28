import { z } from 'zod';
import { settingsSchema } from './schema';

/** A property of the JSON Schema of the settings. */
export interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  multipleOf?: number;
  default?: unknown;
  /** Default of an optional setting. */
  fallback?: unknown;
  /** Another name of the command-line option. */
  alias?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  oneOf?: JsonSchema[];
}

/** One setting, as command-line help, settings file and documentation show it. */
export interface SettingInfo {
  /** Key in the settings file. */
  key: string;
  /** Command-line option, without the dashes. */
  flag: string;
  /** Another name of the option, with its dashes. */
  alias?: string;
  description: string;
  /** Allowed values, such as `integer ≥ 1`. */
  type: string;
  /** For the value in command-line help, such as `n` or `preset`. */
  placeholder: string;
  /** Default value. */
  default?: unknown;
  /** Default of an optional setting. */
  fallback?: unknown;
  required: boolean;
  /** Whether the text of a command-line option is the value itself, not YAML. */
  text: boolean;
}

export const settingsJsonSchema = z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema;

/** By type; others, such as choices, have the name of their setting. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  ...{ string: 'path', integer: 'n', number: 'number', array: 'sources' },
};

const kebab = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The properties of an object of the schema. */
export function settingsOf({ properties = {}, required = [] }: JsonSchema): SettingInfo[] {
  return Object.entries(properties).map(([key, schema]) => ({
    key,
    flag: kebab(key),
    alias: schema.alias,
    description: schema.description ?? '',
    type: typeOf(schema),
    placeholder: (schema.enum ? undefined : PLACEHOLDERS[schema.type ?? '']) ?? kebab(key),
    default: schema.default,
    fallback: schema.fallback,
    required: required.includes(key),
    text: schema.type === 'string' && !schema.enum,
  }));
}

/** Description, in lower case, allowed values and default of a setting, for command-line help. */
export function settingHelp({ description, type, default: value, fallback = value }: SettingInfo): string {
  const about = description.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase()); // not of abbreviations
  const text = typeof fallback === 'object' ? JSON.stringify(fallback) : fallback;
  const otherwise = fallback === undefined ? [] : [`default: ${text}`];
  const notes = [...(type === 'path' ? [] : [type]), ...otherwise].join('; ');
  return notes ? `${about} (${notes})` : about;
}

/** Allowed values, such as `integer ≥ 1`. */
export function typeOf({
  type,
  minimum,
  exclusiveMinimum,
  maximum,
  multipleOf,
  ...schema
}: JsonSchema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.join(', ').replace(/, ([^,]*)$/, ' or $1');
  if (type === 'array') return 'list of sources';
  if (type === 'string') return 'path';
  if (exclusiveMinimum !== undefined) return `${type} > ${exclusiveMinimum}`;
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `${type} from ${minimum} to ${maximum}`;
  return `${type} ≥ ${minimum}${multipleOf === undefined ? '' : `, a multiple of ${multipleOf}`}`;
}

/** All settings in order. */
export const SETTINGS: readonly SettingInfo[] = settingsOf(settingsJsonSchema);
