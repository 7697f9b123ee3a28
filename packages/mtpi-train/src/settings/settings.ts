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
  /** Default value. */
  default?: unknown;
  /** Default of an optional setting. */
  fallback?: unknown;
  required: boolean;
  /** Whether the text of a command-line option is the value itself, not YAML. */
  text: boolean;
}

export const settingsJsonSchema = z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema;

/** All settings in order. */
export const SETTINGS: readonly SettingInfo[] = settingsOf(settingsJsonSchema);

/** The properties of an object of the schema. */
export function settingsOf({ properties = {}, required = [] }: JsonSchema): SettingInfo[] {
  return Object.entries(properties).map(([key, schema]) => ({
    key,
    flag: key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    alias: schema.alias,
    description: schema.description ?? '',
    type: typeOf(schema),
    default: schema.default,
    fallback: schema.fallback,
    required: required.includes(key),
    text: schema.type === 'string' && !schema.enum,
  }));
}

function typeOf({ type, minimum, exclusiveMinimum, maximum, multipleOf, ...schema }: JsonSchema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.join(', ').replace(/, ([^,]*)$/, ' or $1');
  if (type === 'array') return 'list of sources';
  if (type === 'string') return 'path';
  if (exclusiveMinimum !== undefined) return `${type} > ${exclusiveMinimum}`;
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `${type} from ${minimum} to ${maximum}`;
  return `${type} ≥ ${minimum}${multipleOf === undefined ? '' : `, a multiple of ${multipleOf}`}`;
}
