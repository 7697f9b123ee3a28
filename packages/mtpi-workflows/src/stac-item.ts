import { basename, dirname, extname, relative } from 'node:path';
import { footprint, type LonLat, type RasterSource } from '@mtpi/sar-io';
import { fromNames, openRaster, relativeOrbitOf } from '@mtpi/sar-io/node';
import { WorkflowError } from './errors';
import { provenanceIn, SOFTWARE } from './provenance';

const EXTENSIONS = {
  sar: 'https://stac-extensions.github.io/sar/v1.0.0/schema.json',
  sat: 'https://stac-extensions.github.io/sat/v1.0.0/schema.json',
  processing: 'https://stac-extensions.github.io/processing/v1.1.0/schema.json',
  proj: 'https://stac-extensions.github.io/projection/v1.1.0/schema.json',
  raster: 'https://stac-extensions.github.io/raster/v1.1.0/schema.json',
};

const COG = 'image/tiff; application=geotiff; profile=cloud-optimized';
const CENTER_FREQUENCY_GHZ = 5.405;

/** A STAC Item 1.0.0, as JSON. */
export type StacItem = Record<string, unknown> & {
  id: string;
  bbox?: number[];
  properties: Record<string, unknown>;
  assets: Record<string, Record<string, unknown>>;
};

/** The date of an acquisition, without which there is no Item. @throws WorkflowError `InvalidArgument` where it is unknown. */
export function datedForStac(acquired: Date | undefined, path: string): Date {
  if (acquired) return acquired;
  throw new WorkflowError('InvalidArgument', 'A STAC Item needs the acquisition date, which is unknown', {
    path,
    hint: 'Put the date into the file name, such as 20240305T050000, or leave out --stac.',
  });
}

/**
 * Describes a despeckled GeoTIFF, or those of its bands, as a STAC Item with the extensions sar, sat, processing, projection
 * and raster.
 *
 * @param beside `folder`: the file that the Item is for, which hrefs are relative to; report and quicklook become assets.
 * @throws WorkflowError `InvalidArgument` where the date is unknown, without which there is no Item.
 */
export async function stacItem(
  paths: readonly string[],
  { folder, report, quicklook }: { folder: string; report?: string; quicklook?: string },
): Promise<StacItem> {
  const href = (path: string) => `./${relative(dirname(folder), path).replaceAll('\\', '/')}`;
  const assets: StacItem['assets'] = {};
  let first: RasterSource | undefined;
  for (const path of paths) {
    const raster = await openRaster(path);
    await raster.close();
    first ??= raster;
    const key = paths.length > 1 ? raster.bands[0].name : 'data';
    assets[key] = {
      ...{ href: href(path), type: COG, roles: ['data'] },
      'raster:bands': raster.bands.map(({ name, unit }) => ({
        ...{ name, data_type: 'float32', nodata: 'nan', sampling: 'area' },
        ...(unit && { unit }),
      })),
    };
  }
  if (quicklook) assets.overview = { href: href(quicklook), type: COG, roles: ['overview', 'visual'] };
  if (report) assets.report = { href: href(report), type: 'text/html', roles: ['metadata'] };
  const raster = first!;
  const corners = cornersOf(raster);
  const { provenance, sat, sar } = satelliteOf(raster);
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    stac_extensions: Object.entries(EXTENSIONS).flatMap(([name, url]) =>
      name === 'sat' && !sat ? [] : [url],
    ),
    id: basename(folder, extname(folder)),
    geometry: corners ? { type: 'Polygon', coordinates: [[...corners, corners[0]]] } : null,
    ...(corners && { bbox: boundsOf(corners) }),
    properties: {
      datetime: datedForStac(raster.acquired, raster.path).toISOString(),
      constellation: 'sentinel-1',
      instruments: ['c-sar'],
      ...sar,
      ...sat,
      'processing:software': { '@mtpi/workflows': SOFTWARE.split(' ')[1] },
      'processing:lineage': Object.entries(provenance)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
      ...projectionFields(raster),
    },
    links: [],
    assets,
  };
}

function satelliteOf(raster: RasterSource) {
  const provenance = provenanceIn(raster.metadata);
  const source = { metadata: { PRODUCT: provenance.target ?? '' }, paths: [raster.path] };
  const orbit = fromNames(source, relativeOrbitOf);
  const state = ['ascending', 'descending'].find((pass) => pass === provenance.pass);
  const mode = fromNames(source, (name) => /(?<![a-z])(IW|EW|SM|S[1-6])(?![a-z])/i.exec(name)?.[1]);
  const product = fromNames(source, (name) => /(SLC|GRD|RTC)/i.exec(name)?.[1].toUpperCase());
  const names = raster.bands.map(({ name }) => name);
  const polarizations = names.filter((name) => /^[VH]{2}$/.test(name));
  return {
    provenance,
    sat: (orbit !== undefined || state) && {
      ...(orbit !== undefined && { 'sat:relative_orbit': orbit }),
      ...(state && { 'sat:orbit_state': state }),
    },
    sar: {
      'sar:instrument_mode': mode?.toUpperCase() ?? 'IW',
      'sar:frequency_band': 'C',
      'sar:center_frequency': CENTER_FREQUENCY_GHZ,
      'sar:polarizations': polarizations.length ? polarizations : ['VV', 'VH'],
      'sar:product_type': product ?? (names.includes('C11') ? 'C2' : 'intensity'),
    },
  };
}

function projectionFields({ width, height, georeference: { crs, transform } }: RasterSource) {
  return {
    'proj:epsg': crs?.epsg ?? null,
    'proj:shape': [height, width],
    ...(transform && {
      // GDAL's order is that of the origin first; STAC's is row by row.
      'proj:transform': [
        transform[1],
        transform[2],
        transform[0],
        transform[4],
        transform[5],
        transform[3],
        0,
        0,
        1,
      ],
    }),
  };
}

function cornersOf(raster: RasterSource): LonLat[] | undefined {
  try {
    return footprint(raster);
  } catch {
    return undefined; // a reference system without longitude and latitude
  }
}

function boundsOf(corners: readonly LonLat[]): number[] {
  const [longitudes, latitudes] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
