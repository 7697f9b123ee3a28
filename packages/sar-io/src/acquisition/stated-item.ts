type Metadata = Readonly<Record<string, string>>;

/** Items of metadata that state one thing, and how their texts are read. */
export interface StatedItem<T> {
  /** In the order in which they count. */
  names: readonly string[];
  /** What a text should be, such as `a relative orbit such as 117`. */
  expected: string;
  /** @returns undefined for a text that is not understood. */
  parse(text: string): T | undefined;
}

/** Metadata with all items under their names in capitals as well; one that is in capitals itself goes before others. */
export const inCapitals = (metadata: Metadata): Metadata => ({
  ...Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name.toUpperCase(), text])),
  ...metadata,
});

/** What metadata state in these items, whatever the case of their names. */
export function statedIn<T>(metadata: Metadata, item: StatedItem<T>): T[] {
  return textsOf(metadata, item).flatMap(({ text }) => item.parse(text) ?? []);
}

/** Sentences about the texts of these items that are not understood. */
export function notUnderstood(metadata: Metadata, item: StatedItem<unknown>): string[] {
  return textsOf(metadata, item)
    .filter(({ text }) => item.parse(text) === undefined)
    .map(
      ({ name, text }) =>
        `${name} '${text.slice(0, 60)}' is not understood and is ignored; expected ${item.expected}`,
    );
}

function textsOf(metadata: Metadata, { names }: StatedItem<unknown>): { name: string; text: string }[] {
  const stated = inCapitals(metadata);
  return names.flatMap((name) => {
    const text = stated[name]?.trim();
    return text ? [{ name, text }] : [];
  });
}
