import { parse } from 'node:path';
import type { Image } from '@mtpi/polsar-priors';
import {
  type DecibelRange,
  isSarIoError,
  type MaskedImage,
  type RasterSource,
  type ReadOptions,
  readOverview,
  toCompositeImage,
  toDecibelImage,
} from '@mtpi/sar-io';
import { bandAsPower, isRemote, openAcquisition, writePng } from '@mtpi/sar-io/node';
import type { NdArray } from 'ndarray';
import { type AcquisitionInput, pathsOf } from '../acquisitions/inputs';
import { WorkflowError } from '../errors';
import type { JobOptions } from '../job';
import { assertDerivedOutput } from '../output/derived-output';
import { assertSafeOutput } from '../output/safe-output';
import { SOFTWARE } from '../software';
import { openWithAllBands } from './open-with-all-bands';

export interface QuicklookOptions extends Pick<JobOptions, 'signal' | 'onProgress'> {
  /** Maximum rows and columns. Default 1500. */
  size?: number;
  /** Renders this band alone, such as `C22` or `alpha`. Default: both intensities, or the first band. */
  band?: string;
  /** Stretch of one band: in dB for powers, otherwise in the units of the band. Default: its 2nd to its 98th percentile. */
  range?: DecibelRange;
}

/**
 * Renders an image, stretched from its 2nd to its 98th percentile: powers in dB.
 *
 * @returns [4 or 2, rows, cols], 0 … 255: red, green, blue and alpha of two polarizations; gray and alpha of one band.
 * @throws WorkflowError `InvalidArgument` for a band that there is not, and for a range of two polarizations.
 */
export async function renderQuicklook(
  input: AcquisitionInput,
  { size = 1500, band, range, signal, onProgress }: QuicklookOptions = {},
): Promise<NdArray<Uint8ClampedArray>> {
  const paths = pathsOf(input);
  const overviewOf = (source: Parameters<typeof readOverview>[0], bands: number) =>
    readOverview(source, bands, size, {
      signal,
      onProgress: (done, total) => onProgress?.({ stage: 'rendering', done, total, unit: 'rows' }),
    });
  const acquisition =
    band === undefined
      ? await openAcquisition(paths, { signal }).catch((error) => {
          if (paths.length === 1 && isSarIoError(error, 'UnsupportedFormat')) return undefined;
          throw error;
        })
      : undefined;
  try {
    if (acquisition) {
      const expected = 'one band for a range';
      if (range)
        throw new WorkflowError('InvalidArgument', {
          path: paths[0],
          expected,
          hint: 'Choose it with --band.',
        });
      const { image, mask } = await overviewOf(acquisition, 2);
      return toCompositeImage(image, mask);
    }
    const source = await openWithAllBands(paths[0], { signal });
    try {
      const one = await oneBand(source, band, signal);
      const { image, mask } = await overviewOf(one, 1);
      return toDecibelImage(image.pick(0) as Image, mask, range);
    } finally {
      await source.close();
    }
  } finally {
    await acquisition?.close();
  }
}

/** Bands of a result, and files of PolSARpro, that are no powers. */
const NO_POWER = /^(?:H|A|alpha|entropy|anisotropy|C12_(?:real|imag))$/i;

/** One band of a raster as power. Values in other units are read as the power of which they are the dB. */
async function oneBand(source: RasterSource, name = source.bands[0].name, signal?: AbortSignal) {
  const { bands, path, width, height } = source;
  const index = bands.findIndex((band) => band.name.toLowerCase() === name.toLowerCase());
  if (index < 0) {
    const names = bands.map((band) => band.name).join(', ');
    throw new WorkflowError('InvalidArgument', { path, expected: `a band of ${names}`, found: name });
  }
  const power = NO_POWER.test(name)
    ? undefined
    : await bandAsPower(source, index, { signal }).catch((error) => {
        if (isSarIoError(error, 'UnsupportedFormat')) return undefined;
        throw error;
      });
  if (power) return { width, height, read: power.read };
  return {
    ...{ width, height },
    async read(window: Parameters<RasterSource['read']>[0], options?: ReadOptions): Promise<MaskedImage> {
      const part = await source.read(window, { ...options, bands: [index] });
      const { data } = part.image;
      for (let i = 0; i < data.length; i++) data[i] = 10 ** (data[i] / 10);
      return part;
    },
  };
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
