import { createImage, type Image, planes } from '@mtpi/polsar-priors';
import type { Georeference, RasterSink } from '@mtpi/sar-io';
import { createGeoTiff, createPolsarpro } from '@mtpi/sar-io/node';
import type { DerivedRaster } from './layers';
import { rowsOf, type Strips, withNeighbours } from './row-stream';

/** The file formats of prepared stacks. */
export type StackFormat = 'geotiff' | 'polsarpro';

/** What the files of one date have in common. */
export interface Frame {
  width: number;
  height: number;
  georeference: Georeference;
  metadata: Readonly<Record<string, string>>;
  format: StackFormat;
  signal?: AbortSignal;
}

/** PolSARpro's names of files where they differ from the bands'. */
const POLSARPRO_NAMES: Readonly<Record<string, string>> = { H: 'entropy', A: 'anisotropy' };

/**
 * Writes the layers of one date: a GeoTIFF each, or all into one PolSARpro folder. Nothing is left where it fails.
 *
 * @param path Without ending.
 * @param radius Rows around a row that the layers reach.
 * @returns The paths written.
 */
export async function writeAcquisition(
  path: string,
  strips: Strips,
  layers: readonly DerivedRaster[],
  radius: number,
  frame: Frame,
): Promise<string[]> {
  const sinks: RasterSink[] = [];
  const groups = frame.format === 'geotiff' ? layers.map((layer) => [layer]) : [layers];
  try {
    for (const group of groups) sinks.push(await createSink(path, group, frame));
    for await (const { strip, first, count } of withNeighbours(strips, radius)) {
      const { mask } = rowsOf(strip, first, count);
      for (const [i, group] of groups.entries()) {
        await sinks[i].write(joined(group.map((layer) => layer.of(strip, first, count))), mask);
      }
    }
    for (const sink of sinks) await sink.close();
  } catch (error) {
    for (const sink of sinks) await sink.abort();
    throw error;
  }
  return sinks.map((sink) => sink.path);
}

function createSink(path: string, group: readonly DerivedRaster[], frame: Frame): Promise<RasterSink> {
  const bands = group.flatMap((layer) => layer.bands);
  if (frame.format === 'geotiff') {
    return createGeoTiff(`${path}${group[0].suffix}.tif`, { ...frame, bands, overviews: false });
  }
  return createPolsarpro(path, { ...frame, bands: bands.map((band) => POLSARPRO_NAMES[band] ?? band) });
}

/** The bands of images of one size, in order. */
function joined(images: readonly Image[]): Image {
  if (images.length === 1) return images[0];
  const parts = images.flatMap(planes);
  const [, rows, cols] = images[0].shape;
  const image = createImage(parts.length, rows, cols);
  parts.forEach((part, b) => image.data.set(part, b * rows * cols));
  return image;
}
