import type { z } from 'zod';
import { type JsonSchema, settingsJsonSchema, typeOf } from './settings';

/** Settings of version 0.1 that have another name now. */
const RENAMED: Readonly<Record<string, string>> = {
  from: 'initialWeights',
  units: 'ddcrUnits',
  rate: 'learningRate',
  finalRate: 'finalLearningRate',
  decay: 'weightDecay',
  clip: 'clipNorm',
  settle: 'freezeBatchNorm',
  every: 'checkpointEvery',
  compared: 'lossMask',
};

/** Edits of a key that is taken for a misspelt one. */
const MOST_EDITS = 2;

type Issue = z.core.$ZodIssue;

/** What is wrong with a value of the settings, such as `expected a path, found nothing`; one sentence for each unknown key. */
export function mistakesOf(issue: Issue, settings: unknown): string[] {
  const { schema, value } = settingAt(issue.path, settings);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(key, Object.keys(schema.properties ?? {})));
  const problem = issue.code === 'custom' ? issue.message : `expected ${inWords(schema)}`;
  return [`${problem}, found ${JSON.stringify(value) ?? 'nothing'}`];
}

function unknownKey(key: string, known: readonly string[]): string {
  const renamed = RENAMED[key];
  if (known.includes(renamed)) return `${key} is now ${renamed}`;
  const [closest] = known
    .map((name) => ({ name, edits: editDistance(key, name) }))
    .filter(({ edits }) => edits <= MOST_EDITS)
    .sort((a, b) => a.edits - b.edits);
  return `unknown setting ${key}${closest ? `; did you mean ${closest.name}?` : ''}`;
}

/** A setting's value and schema: of a source, that of its kind. */
function settingAt(path: readonly PropertyKey[], settings: unknown): { schema: JsonSchema; value: unknown } {
  let [schema, value]: [JsonSchema, unknown] = [settingsJsonSchema, settings];
  for (const key of path) {
    const { items, oneOf, properties = oneOf && { kind: { enum: kindsOf(oneOf) } } } = schema;
    schema =
      (typeof key === 'number' ? items : (properties as JsonSchema['properties'])?.[String(key)]) ?? {};
    value = Object(value)[key];
    const { kind } = Object(value) as { kind?: unknown };
    schema = schema.oneOf?.find(({ properties }) => properties?.kind.const === kind) ?? schema;
  }
  return { schema, value };
}

const kindsOf = (sources: readonly JsonSchema[]) => sources.map(({ properties }) => properties?.kind.const);

/** As in "a number from 0 to 1". */
function inWords(schema: JsonSchema): string {
  if (schema.enum) return typeOf(schema);
  if (schema.oneOf) return `a source of kind ${typeOf({ enum: kindsOf(schema.oneOf) })}`;
  return `${schema.type === 'integer' ? 'an' : 'a'} ${typeOf(schema)}`;
}

/** Letters to be inserted, removed or replaced to come from one word to another (Levenshtein). */
function editDistance(from: string, to: string): number {
  let edits = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries())
      next.push(Math.min(next[j] + 1, edits[j + 1] + 1, edits[j] + (letter === other ? 0 : 1)));
    edits = next;
  }
  return edits[to.length];
}
