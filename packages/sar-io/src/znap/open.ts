import { ACQUISITION_TIME, acquisitionDate } from '../acquisition/acquisition-date';
import { statedIn } from '../acquisition/stated-item';
import { numberOf } from '../cf/dataset';
import { chooseBands, complexPlane, complexType, snapBand } from '../dimap/complex-pairs';
import { snapGeoreference } from '../dimap/document';
import type { SnapOptions } from '../dimap/open';
import { tiePointGcps } from '../dimap/tie-points';
import { snapAcquired } from '../dimap/time';
import { validMask } from '../dimap/valid-mask';
import { SarIoError } from '../errors';
import type { Gcp } from '../georeference/georeference';
import { type Plane, planarSource } from '../raster/planar-source';
import type { RasterSource } from '../raster/raster';
import { openZarrStore } from './store';
import { type Attributes, attributesOf, ZarrBand } from './zarr-band';

/**
 * Opens a znap product of ESA SNAP, a zarr group of version 2: the folder `name.znap`, or a zip of one. Place, scaling,
 * and which bands are read, as of `openDimap`.
 *
 * @throws SarIoError `NotFound` (a file, a band), `CorruptFile`, `UnsupportedFormat`, `InvalidArgument`.
 */
export async function openZnap(path: string, { bands: wanted }: SnapOptions = {}): Promise<RasterSource> {
  const store = await openZarrStore(path);
  try {
    const attributes = await attributesOf(store, path, '');
    const [width, height] = ['width', 'height'].map((name) =>
      numberOf(attributes, `product_scene_raster_${name}`),
    );
    if (!width || !height) {
      const expected = 'product_scene_raster_width and _height';
      throw new SarIoError(
        'CorruptFile',
        `${path}: expected ${expected} in .zattrs, found ${width}, ${height}`,
      );
    }
    const arrays = await ZarrBand.all(store, path, attributes);
    const images = arrays.filter((band) => band.width === width && band.height === height);
    const chosen = chooseBands(path, images, wanted);
    if (chosen.length === 0) {
      throw new SarIoError('CorruptFile', `${path}: expected a band of ${width} × ${height}, found none`);
    }
    const [[first]] = chosen.map(({ parts }) => parts);
    const planes: Plane[] = chosen.map(({ parts }) => (parts.length === 2 ? complexPlane(parts) : parts[0]));
    const place = snapGeoreference(
      findText(attributes.geocoding, 'WKT'),
      findText(attributes.geocoding, 'IMAGE_TO_MODEL_TRANSFORM'),
      findText(attributes.geocoding, 'HORIZONTAL_CS_TYPE'),
    );
    const gcps = place.transform ? [] : await readGcps(attributes, arrays);
    const mask = await validMask(path, chosen, async (name) => {
      const band = images.find((candidate) => candidate.name === name);
      return band && { plane: band, scale: band.scale, offset: band.offset };
    });
    const text = attributes.time_coverage_start;
    const metadata: Record<string, string> = typeof text === 'string' ? { ACQUISITION_TIME: text } : {};
    const [start] = statedIn(metadata, ACQUISITION_TIME);
    return planarSource({
      ...{ path, width, height, planes, metadata },
      bands: chosen.map(snapBand),
      encodings: chosen.map(({ parts }) => parts),
      ...(mask && { masks: [mask] }),
      dataType: chosen[0].parts.length === 2 ? complexType(first.dataType) : first.dataType,
      georeference: { ...place, ...(gcps.length > 0 && { gcps }) },
      acquired: snapAcquired(start, chosen) ?? acquisitionDate(path),
      close: () => store.close(),
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function readGcps(attributes: Attributes, arrays: readonly ZarrBand[]): Promise<Gcp[]> {
  const [latitude, longitude] = ['LAT', 'LON'].map((axis) => {
    const name = findText(attributes.geocoding, `TIE_POINT_GRID_NAME_${axis}`);
    return arrays.find((band) => band.name === name);
  });
  const [first, second] = [await latitude?.tiePoints(), await longitude?.tiePoints()];
  return first && second ? tiePointGcps(first, second) : [];
}

/** The text of that name, wherever it is in the tree that SNAP writes. */
function findText(tree: unknown, name: string): string | undefined {
  const open = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) continue;
    const value = Object.hasOwn(node, name) ? (node as Record<string, unknown>)[name] : undefined;
    if (typeof value === 'string') return value;
    open.push(...Object.values(node).reverse());
  }
  return undefined;
}
