import { createRequire } from 'node:module';
import { arch, platform, versions } from 'node:process';
import { redactUrls } from '@mtpi/errors';
import type { Origin } from './coregistered-inputs';
import type { DespeckleOptions } from './despeckle-options';
import { type AcquisitionInput, pathsOf, type SeriesInput } from './inputs';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/**
 * What made an image, by name: inputs, weights, options, versions and the command, without credentials.
 *
 * @param hash of the weights.
 */
export function describeProcessing(
  input: SeriesInput,
  origin: Origin,
  hash: string,
  options: DespeckleOptions,
): Record<string, string> {
  const { weights = 'mtpi', scale = 'auto', tile, overlap, haAlphaWindow = 5, engine = {}, crop } = options;
  const { backend = 'onnxruntime', device = 'cpu' } = engine;
  const list = (...dates: readonly AcquisitionInput[]) =>
    dates
      .flatMap(pathsOf)
      .map((path) => redactUrls(origin(path)))
      .join(', ');
  return {
    target: list(input.target),
    previous: list(...input.before),
    next: list(...input.after),
    ...(crop && { crop: [crop.x, crop.y, crop.width, crop.height].join() }),
    weights: `${weights}, SHA-256 ${hash}`,
    tile: `${tile ?? 'as trained'}, overlap ${overlap ?? 'a sixteenth'}`,
    'averaging window for H/A/alpha': `${haAlphaWindow} × ${haAlphaWindow}`,
    scale,
    engine: backend === 'onnxruntime' ? `${backend} on ${device}` : backend,
    versions: `mtpi ${version}, Node.js ${versions.node}, ${platform} ${arch}`,
    ...(options.command && { command: commandLine(options.command) }),
  };
}

/** Words as a shell takes them, without credentials. */
export const commandLine = (words: readonly string[]): string =>
  words
    .map(redactUrls)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
