import type { TripletPaths } from './triplet';

/** How an image was made, as far as flags tell. */
export interface ProcessingParameters {
  weights?: string;
  scale: string;
  tile?: number;
  overlap?: number;
  window: number;
  backend: string;
  device: string;
}

/**
 * What a report tells of how an image was made.
 *
 * @param productOf what a path stands for.
 * @param key of the network.
 * @param version of mtpi.
 */
export function describeProcessing(
  { weights = 'mtpi', scale, tile, overlap, window, backend, device }: ProcessingParameters,
  paths: TripletPaths,
  productOf: (path: string) => string,
  key: string,
  version: string,
): Record<string, string> {
  const list = (files: readonly string[]) => files.map((file) => withoutSecrets(productOf(file))).join(', ');
  return {
    target: list(paths.target),
    previous: list(paths.previous),
    next: list(paths.next),
    weights: `${weights}, SHA-256 ${key}`,
    tile: `${tile ?? 'as trained'}, overlap ${overlap ?? 'a sixteenth'}`,
    'window of H, A and alpha': `${window} × ${window}`,
    scale,
    engine: backend === 'onnxruntime' ? `${backend} on ${device}` : backend,
    versions: `mtpi ${version}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
    command: commandLine(['mtpi', ...process.argv.slice(2)]),
  };
}

/** Words as a shell takes them, without what the addresses among them are signed with. */
export const commandLine = (words: readonly string[]): string =>
  words
    .map(withoutSecrets)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');

/** Text without the query and the user of an address in it, which may tell secrets. */
const withoutSecrets = (text: string): string =>
  text.replace(/(\w+:\/\/)(?:[^/?#]*@)?([^?#]*)(?:[?#].*)?$/, '$1$2');
