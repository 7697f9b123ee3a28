import { parse } from 'node:path';
import type { Image } from '@mtpi/polsar-priors';
import { isSarIoError, readOverview, toCompositeImage, toDecibelImage } from '@mtpi/sar-io';
import { openAcquisition, openRaster, writePng } from '@mtpi/sar-io/node';
import type { NdArray } from 'ndarray';
import { type AcquisitionInput, pathsOf } from '../acquisitions/inputs';
import { isRemote } from '../despeckle/fingerprint';
import { WorkflowError } from '../errors';
import type { JobOptions } from '../job';
import { assertDerivedOutput } from '../output/derived-output';
import { assertSafeOutput } from '../output/safe-output';
import { SOFTWARE } from '../software';

export interface QuicklookOptions extends Pick<JobOptions, 'signal' | 'onProgress'> {
  /** Maximum rows and columns. Default 1500. */
  size?: number;
}

/**
 * Renders an image in dB, stretched from its 2nd to its 98th percentile.
 *
 * @returns [4 or 2, rows, cols], 0 … 255: red, green, blue and alpha of two polarizations; gray and alpha of one band.
 */
export async function renderQuicklook(
  input: AcquisitionInput,
  { size = 1500, signal, onProgress }: QuicklookOptions = {},
): Promise<NdArray<Uint8ClampedArray>> {
  const paths = pathsOf(input);
  const acquisition = await openAcquisition(paths, { signal }).catch((error) => {
    if (paths.length === 1 && isSarIoError(error, 'UnsupportedFormat')) return undefined;
    throw error;
  });
  const source = acquisition ?? (await openRaster(paths[0], { signal }));
  try {
    const { image, mask } = await readOverview(source, acquisition ? 2 : 1, size, {
      signal,
      onProgress: (done, total) => onProgress?.({ stage: 'rendering', done, total, unit: 'rows' }),
    });
    return acquisition ? toCompositeImage(image, mask) : toDecibelImage(image.pick(0) as Image, mask);
  } finally {
    await source.close();
  }
}

/** The name of an image's quicklook, in the current folder. */
function quicklookName(input: AcquisitionInput): string {
  const [path] = pathsOf(input);
  const file = isRemote(path) ? path.replace(/[?#].*$/s, '') : path; // the query of an address may hold a signature
  return `${parse(file).name}.png`;
}

/**
 * Writes the quicklook of an image as a PNG.
 *
 * @param output default: the name of the image with `.png`, in the current folder, unless a file of other origin has it.
 * @returns the path written.
 * @throws WorkflowError `InvalidArgument` for an output of another ending, `UnsafeOutput`, `NotFound`.
 */
export async function writeQuicklook(
  input: AcquisitionInput,
  output?: string,
  options: QuicklookOptions = {},
): Promise<string> {
  const path = output ?? quicklookName(input);
  if (output === undefined) await assertDerivedOutput(path, pathsOf(input));
  else await assertSafeOutput(path, pathsOf(input), { kind: 'file' });
  if (!/\.png$/i.test(path))
    throw new WorkflowError('InvalidArgument', { expected: 'an output ending in .png', found: path });
  await writePng(path, await renderQuicklook(input, options), { Software: SOFTWARE });
  return path;
}
