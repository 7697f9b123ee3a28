import { z } from 'zod';
import { settingsSchema } from './schema';

/** The part of JSON Schema that settings are made of. */
export interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  multipleOf?: number;
  default?: unknown;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  oneOf?: JsonSchema[];
}

/** One setting, as flags, file and documentation show it. */
export interface SettingInfo {
  /** In the file. */
  key: string;
  /** On the command line, without the dashes. */
  flag: string;
  description: string;
  /** What it has to be, such as `an integer of at least 1`. */
  expected: string;
  default?: unknown;
  required: boolean;
  /** Whether a flag's text is the value itself, not YAML. */
  text: boolean;
}

/** The JSON Schema of the settings file. */
export const settingsJsonSchema = z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema;

/** All settings in order. */
export const SETTINGS: readonly SettingInfo[] = Object.entries(settingsJsonSchema.properties ?? {}).map(
  ([key, schema]) => ({
    key,
    flag: key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    description: schema.description ?? '',
    expected: expectation(schema),
    default: schema.default,
    required: settingsJsonSchema.required?.includes(key) ?? false,
    text: schema.type === 'string',
  }),
);

/** What a value has to be, in words. */
export function expectation(schema: JsonSchema | undefined): string {
  if (schema?.const !== undefined) return String(schema.const);
  if (schema?.enum) return schema.enum.join(', ').replace(/, ([^,]*)$/, ' or $1');
  if (schema?.oneOf) return schema.oneOf.map((one) => one.description).join('; ');
  switch (schema?.type) {
    case 'array':
      return `a list of sources: ${schema.items?.oneOf?.map((one) => expectation(one.properties?.kind)).join(', ')}`;
    case 'string':
      return 'a path';
    case 'integer':
    case 'number':
      return number(schema);
    default:
      return 'a mapping of settings';
  }
}

function number({ type, minimum, exclusiveMinimum, maximum, multipleOf }: JsonSchema): string {
  const noun = type === 'integer' ? 'an integer' : 'a number';
  const step = multipleOf ? `, a multiple of ${multipleOf}` : '';
  if (exclusiveMinimum !== undefined) return `${noun} above ${exclusiveMinimum}`;
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return `${noun} ${bounded ? `from ${minimum} to ${maximum}` : `of at least ${minimum}`}${step}`;
}
