import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import {
  compositeRanges,
  decibelRange,
  isSarIoError,
  readOverview,
  toCompositeImage,
  toDecibelImage,
} from '@mtpi/sar-io';
import { createGeoTiff, openAcquisition, openRaster } from '@mtpi/sar-io/node';
import type { JobOptions } from '../job';
import { SOFTWARE } from '../software';

/** Pixels along an edge of the overview that the stretch is taken from. */
const OVERVIEW = 1000;
const ROWS = 64;

/**
 * Writes a quicklook on the grid of an image, as a Cloud Optimized GeoTIFF of bytes for web maps: VV, VH and VV/VH in dB as
 * red, green and blue; one band in gray. Values are 1 … 255, pixels without data 0.
 */
export async function writeQuicklookRaster(
  paths: readonly string[],
  output: string,
  { signal, onProgress }: Pick<JobOptions, 'signal' | 'onProgress'> = {},
): Promise<void> {
  const acquisition = await openAcquisition(paths, { signal }).catch((error) => {
    if (isSarIoError(error, 'UnsupportedFormat')) return undefined;
    throw error;
  });
  const source = acquisition ?? (await openRaster(paths[0], { signal }));
  try {
    const { width, height, georeference } = source;
    const overview = await readOverview(source, acquisition ? 2 : 1, OVERVIEW, { signal });
    const render = acquisition
      ? composite(compositeRanges(overview.image, overview.mask))
      : gray(decibelRange(overview.image.pick(0) as Image, overview.mask));
    const bands = acquisition ? ['red', 'green', 'blue'] : ['gray'];
    const sink = await createGeoTiff(output, {
      width,
      height,
      georeference,
      bands,
      dataType: 'uint8',
      metadata: { SOFTWARE },
      signal,
    });
    try {
      for (let y = 0; y < height; y += ROWS) {
        const window = { x: 0, y, width, height: Math.min(ROWS, height - y) };
        const { image, mask } = await source.read(window, { signal });
        const bytes = createImage(bands.length, window.height, width);
        const rendered = render(image, mask);
        planes(bytes).forEach((plane, b) =>
          plane.set(rendered.subarray(b * plane.length, (b + 1) * plane.length)),
        );
        bytes.data.forEach((value, i) => {
          bytes.data[i] = Math.max(1, value);
        });
        await sink.write(bytes, mask);
        onProgress?.({ stage: 'quicklook', done: y + window.height, total: height, unit: 'rows' });
      }
      await sink.close();
    } catch (error) {
      await sink.abort();
      throw error;
    }
  } finally {
    await source.close();
  }
}

const composite = (ranges: ReturnType<typeof compositeRanges>) => (image: Image, mask: Mask) =>
  toCompositeImage(image, mask, ranges).data;

const gray = (range: ReturnType<typeof decibelRange>) => (image: Image, mask: Mask) =>
  toDecibelImage(image.pick(0) as Image, mask, range).data;
