import { basename, dirname, extname, relative, sep } from 'node:path';
import type { RasterSource } from '@mtpi/sar-io';
import { fromNames, modeOf, openRaster, sensorOf, statedOrbit, statedPass } from '@mtpi/sar-io/node';
import { footprintIfKnown } from '../acquisitions/footprint-if-known';
import { WorkflowError } from '../errors';
import { PACKAGE, VERSION } from '../software';
import { geoJsonOf } from './geojson';
import { provenanceIn } from './provenance';

const EXTENSIONS = {
  sar: 'https://stac-extensions.github.io/sar/v1.0.0/schema.json',
  sat: 'https://stac-extensions.github.io/sat/v1.0.0/schema.json',
  processing: 'https://stac-extensions.github.io/processing/v1.1.0/schema.json',
  proj: 'https://stac-extensions.github.io/projection/v1.1.0/schema.json',
  raster: 'https://stac-extensions.github.io/raster/v1.1.0/schema.json',
};

const COG = 'image/tiff; application=geotiff; profile=cloud-optimized';
const CENTER_FREQUENCY_GHZ = 5.405;

/** Fields without which an Item does not have the extension. */
const SAR_FIELDS = [
  'sar:instrument_mode',
  'sar:frequency_band',
  'sar:polarizations',
  'sar:product_type',
] as const;

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
 * Describes a despeckled GeoTIFF, or those of its bands, as a STAC Item with the extensions processing, projection and
 * raster, and sar and sat as far as their fields are known.
 *
 * @param files `item`: the path of the Item itself, which names it and which hrefs are relative to; report and quicklook become
 *   assets.
 * @throws WorkflowError `InvalidArgument` where the date is unknown, without which there is no Item.
 */
export async function stacItem(
  paths: readonly string[],
  { item, report, quicklook }: { item: string; report?: string; quicklook?: string },
): Promise<StacItem> {
  const href = (path: string) =>
    `./${relative(dirname(item), path).split(sep).map(encodeURIComponent).join('/')}`;
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
  const corners = footprintIfKnown(raster);
  const { provenance, platform, sat, sar } = satelliteOf(raster);
  const known = {
    ...EXTENSIONS,
    sar: SAR_FIELDS.every((field) => sar[field]) && EXTENSIONS.sar,
    sat: sat && EXTENSIONS.sat,
  };
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    stac_extensions: Object.values(known).filter(Boolean),
    id: basename(item, extname(item)),
    ...(corners ? geoJsonOf(corners) : { geometry: null }),
    properties: {
      datetime: datedForStac(raster.acquired, raster.path).toISOString(),
      ...gsdOf(raster),
      ...platform,
      ...sar,
      ...sat,
      'processing:software': { [PACKAGE]: VERSION },
      'processing:lineage': Object.entries(provenance)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
      ...projectionFields(raster),
    },
    links: [],
    assets,
  };
}

/** The Sentinel-1 satellite in a name, such as `S1A`. */
export const satelliteIn = (name: string): string | undefined =>
  /(?<![a-z])s1[a-d](?![a-z])/i.exec(name)?.[0].toUpperCase();

/** The satellite and what it recorded, as far as names, bands and metadata say so. */
function satelliteOf(raster: RasterSource) {
  const provenance = provenanceIn(raster.metadata);
  const source = {
    metadata: {
      ...raster.metadata,
      PRODUCT: `${provenance.product ?? ''} ${provenance.target ?? ''}`,
    },
    paths: [raster.path],
  };
  const sensor = fromNames(source, sensorOf) ?? 'Sentinel-1';
  const satellite = fromNames(source, satelliteIn)?.slice(1).toLowerCase();
  const orbit = statedOrbit(source);
  const state = statedPass(source);
  const mode = fromNames(source, modeOf);
  const product = fromNames(source, (name) => /(SLC|GRD|RTC)/i.exec(name)?.[1].toUpperCase());
  const names = raster.bands.map(({ name }) => name);
  const named = names.filter((name) => /^[VH]{2}$/.test(name));
  const polarizations = named.length ? named : raster.metadata.POLARIZATIONS?.split(' ');
  return {
    provenance,
    platform: sensor === 'Sentinel-1' && {
      ...(satellite && { platform: `sentinel-${satellite}` }),
      ...{ constellation: 'sentinel-1', instruments: ['c-sar'] },
    },
    sat: (orbit !== undefined || state) && {
      ...(orbit !== undefined && { 'sat:relative_orbit': orbit }),
      ...(state && { 'sat:orbit_state': state }),
    },
    sar: {
      ...(mode && { 'sar:instrument_mode': mode }),
      ...(sensor === 'Sentinel-1' && {
        'sar:frequency_band': 'C',
        'sar:center_frequency': CENTER_FREQUENCY_GHZ,
      }),
      ...(polarizations && { 'sar:polarizations': polarizations }),
      'sar:product_type': product ?? (names.includes('C11') ? 'C2' : 'intensity'),
    },
  };
}

/** The spacing of the pixels of a map in meters, the greater one where columns and rows differ. */
const gsdOf = ({ georeference: { crs, transform } }: RasterSource) =>
  crs && !crs.geographic && transform
    ? { gsd: Math.max(Math.hypot(transform[1], transform[4]), Math.hypot(transform[2], transform[5])) }
    : {};

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
