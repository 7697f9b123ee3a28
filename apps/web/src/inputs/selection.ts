import type { Input } from '../worker/describe';

/** Files that come beside images: the layover and shadow masks of OPERA products too. */
const NO_IMAGE = /_mask\.tiff?$|(?<!\.tiff?)$/i;

export interface Selection {
  /** To be read. */
  inputs: readonly Input[];
  /** Names of files of other kinds. */
  leftOut: readonly string[];
}

/**
 * Chosen files without those of other kinds, and without those that are there already. Where none is a GeoTIFF all are
 * kept, for a message about each.
 */
export function selectInputs(chosen: readonly Input[], present: readonly Input[]): Selection {
  const isImage = (input: Input) => typeof input === 'string' || !NO_IMAGE.test(input.name);
  const images = chosen.some(isImage) ? chosen.filter(isImage) : chosen;
  return {
    inputs: images.filter((input) => !present.some((other) => isSame(input, other))),
    leftOut: chosen.flatMap((input) =>
      typeof input === 'string' || images.includes(input) ? [] : input.name,
    ),
  };
}

function isSame(input: Input, other: Input): boolean {
  if (typeof input === 'string' || typeof other === 'string') return input === other;
  return input.name === other.name && input.size === other.size && input.lastModified === other.lastModified;
}

/** The name of a file as the page shows it; of an address its last part. */
export function nameOf(input: Input): string {
  if (typeof input !== 'string') return input.name;
  const last = URL.canParse(input) ? new URL(input).pathname.split('/').at(-1) : undefined;
  try {
    return decodeURIComponent(last || input);
  } catch {
    return last || input; // a % of its own
  }
}
