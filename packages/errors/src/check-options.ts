/** The values that an option may have. */
export interface OptionKind {
  /** What is expected, such as `an integer ≥ 1`. */
  expected: string;
  accepts(value: unknown): boolean;
}

/** Not by its class, of which other realms have their own. */
const isSignal = (value: unknown): boolean =>
  typeof (value as AbortSignal | null)?.throwIfAborted === 'function';

/** Kinds of options. */
export const optionKinds = {
  any: { expected: 'a value', accepts: () => true },
  text: { expected: 'a text', accepts: (value: unknown) => typeof value === 'string' },
  flag: { expected: 'true or false', accepts: (value: unknown) => typeof value === 'boolean' },
  callback: { expected: 'a function', accepts: (value: unknown) => typeof value === 'function' },
  record: {
    expected: 'an object',
    accepts: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
  signal: { expected: 'an AbortSignal', accepts: isSignal },
  integer: (least: number): OptionKind => ({
    expected: `an integer ≥ ${least}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= least,
  }),
  oneOf: (...choices: readonly string[]): OptionKind => ({
    expected: choices.map((choice) => `'${choice}'`).join(' or '),
    accepts: (value) => choices.includes(value as string),
  }),
  listOf: ({ expected, accepts }: OptionKind): OptionKind => ({
    expected: `a list, each ${expected}`,
    accepts: (value) => Array.isArray(value) && value.every(accepts),
  }),
} satisfies Record<string, OptionKind | ((...args: never[]) => OptionKind)>;

/** A value as a message shows it. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${value.byteLength} bytes`;
  return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'nothing'}`;
}

/**
 * The first mistake in the options that a function was called with, for callers whose types are not checked: an unknown
 * name, or a value of another kind. Options that are undefined are not given.
 *
 * @returns the message and the fields of an error; undefined where there is no mistake.
 */
export function mistakeInOptions(
  options: unknown,
  kinds: Readonly<Record<string, OptionKind>>,
): { message: string; expected: string; found: string; hint?: string } | undefined {
  if (!optionKinds.record.accepts(options)) {
    const [expected, found] = ['options as an object', describeValue(options)];
    return { message: `expected ${expected}, found ${found}`, expected, found };
  }
  for (const [name, value] of Object.entries(options as object)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(kinds, name)) {
      const expected = `one of ${Object.keys(kinds).join(', ')}`;
      return { message: `unknown option '${name}'`, expected, found: name, hint: `Expected ${expected}.` };
    }
    const { expected, accepts } = kinds[name];
    if (accepts(value)) continue;
    const found = describeValue(value);
    return { message: `expected the option '${name}' to be ${expected}, found ${found}`, expected, found };
  }
  return undefined;
}
