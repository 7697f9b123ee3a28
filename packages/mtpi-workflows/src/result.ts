import type { RasterRows } from '@mtpi/model';
import { createImage, haAlpha, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import { WorkflowError } from './errors';
import { createOutput, type OutputOptions } from './output';

/** A despeckled image as it is written. */
export type Result = Pick<OutputOptions, 'width' | 'height' | 'bands' | 'georeference' | 'metadata'>;

/** Rows written at a time: what is made of them is small, however wide the scene. */
const ROWS = 16;

const COVARIANCE_RESULT = ['C11', 'C22', 'C12_real', 'C12_imag', 'H', 'A', 'alpha'];

/** What comes of a target: its covariance with H, A and alpha, or its intensities. */
export function resultOf(target: Acquisition, bands: 2 | 4): Result {
  const { width, height, georeference, acquired, channels } = target;
  return {
    width,
    height,
    bands: bands === 4 ? COVARIANCE_RESULT : channels,
    georeference,
    metadata: {
      SOFTWARE: '@mtpi/workflows',
      ...(acquired && { ACQUISITION_TIME: acquired.toISOString() }),
    },
  };
}

/**
 * Writes despeckled rows as they come; a failure leaves nothing behind.
 *
 * @returns the share of valid pixels, 0 … 1.
 * @throws WorkflowError `NoValidPixels` where all are invalid.
 */
export async function writeResult(
  path: string,
  result: Result,
  provenance: Readonly<Record<string, string>>,
  rows: AsyncIterable<RasterRows>,
): Promise<number> {
  const sink = await createOutput(path, result, provenance);
  let valid = 0;
  try {
    for await (const { image, mask } of rows) {
      const [bands, height, width] = image.shape;
      for (let y = 0; y < height; y += ROWS) {
        const end = Math.min(height, y + ROWS);
        const part = image.hi(bands, end, width).lo(0, y, 0);
        const partMask = mask.hi(end, width).lo(y, 0);
        await sink.write(bands === 4 ? withPriors(part, partMask) : part, partMask);
      }
      valid += mask.data.subarray(mask.offset, mask.offset + height * width).reduce((sum, v) => sum + v, 0);
    }
    if (valid === 0)
      throw new WorkflowError('NoValidPixels', `${path}: the result has no valid pixels`, {
        path,
        hint: 'Check that target, previous and next have data in common.',
      });
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return valid / (result.width * result.height);
}

/** A covariance with the H, A and alpha that follow from it as further bands. */
function withPriors(c2: Image, mask: Mask): Image {
  const [, rows, cols] = c2.shape;
  const image = createImage(7, rows, cols);
  const bands = [...planes(c2), haAlpha(c2, mask).data];
  bands.forEach((band, b) => image.data.set(band, b * rows * cols));
  return image;
}
