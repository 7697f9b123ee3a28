import { crsOfWkt } from '../crs-of-wkt';
import { XmlElement } from '../files/xml';
import type { Georeference } from '../georeference';
import type { BandInfo } from '../raster';

/** What GDAL says about a raster and its bands, inside a TIFF (tag 42112) or in a sidecar `.aux.xml`. */
export interface GdalMetadata {
  /** Free-form items of the raster. */
  items: Record<string, string>;
  /** Items for all bands; attributes of netCDF may be at the raster. */
  all: Partial<BandInfo>;
  /** Items of single bands, by index from 0. */
  bands: Partial<BandInfo>[];
  /** Of a sidecar, as far as it says something about the place. */
  georeference?: Georeference;
}

const NETCDF_ITEM = /^(?:scale_factor|add_offset)$/i;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const CHARACTERS = Object.fromEntries(
  Object.entries(ENTITIES).map(([character, entity]) => [entity, character]),
);

/** Control characters, as in the names of files, are spelled out: XML has none but tabs and line breaks. */
const escapeXml = (text: string) =>
  text
    .replace(/[&<>"]/g, (character) => ENTITIES[character])
    .replace(
      /(?![\t\n\r])\p{Cc}/gu,
      (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
const unescapeXml = (text: string) => text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => CHARACTERS[entity]);

/**
 * Reads TIFF tag 42112.
 *
 * @throws SarIoError `CorruptFile` where it is not XML.
 */
export function parseGdalMetadata(xml: string, path: string): GdalMetadata {
  const items = new Map<number | undefined, Map<string, string>>();
  for (const item of XmlElement.parse(xml, path, 'GDALMetadata').all('Item')) {
    const sample = item.attribute('sample');
    const band = sample === undefined ? undefined : Number(sample);
    if (!items.has(band)) items.set(band, new Map());
    // GDAL escapes values twice, once by itself and once as XML.
    const value = unescapeXml(item.text());
    const role = band === undefined ? undefined : item.attribute('role');
    if (!item.attribute('domain')) items.get(band)!.set(role ?? item.attribute('name') ?? '', value);
  }
  const bands: Partial<BandInfo>[] = [];
  for (const [band, own] of items) if (band !== undefined && band >= 0) bands[band] = bandOf(own);
  return gdalMetadata(items.get(undefined) ?? new Map(), bands);
}

/**
 * Reads `.aux.xml`; its statistics are left out.
 *
 * @throws SarIoError `CorruptFile` where it is not XML.
 */
export function parseAuxXml(xml: string, path: string): GdalMetadata {
  const root = XmlElement.parse(xml, path, 'PAMDataset');
  const itemsIn = (element: XmlElement) =>
    new Map(
      element
        .all('Metadata')
        .filter((metadata) => !metadata.attribute('domain'))
        .flatMap((metadata) => metadata.all('MDI'))
        .map((item) => [item.attribute('key') ?? '', item.text()]),
    );
  const bands: Partial<BandInfo>[] = [];
  for (const band of root.all('PAMRasterBand')) {
    const own = itemsIn(band);
    for (const name of ['Description', 'UnitType', 'Scale', 'Offset', 'NoDataValue']) {
      const text = band.find(name)?.text();
      if (text) own.set(name, text);
    }
    const index = Number(band.attribute('band')) - 1;
    if (index >= 0) bands[index] = bandOf(own);
  }
  return { ...gdalMetadata(itemsIn(root), bands), georeference: pamGeoreference(root) };
}

function pamGeoreference(root: XmlElement): Georeference {
  const list = root.find('GCPList');
  const wkt = root.find('SRS')?.text() || list?.attribute('Projection');
  const numbers = root.find('GeoTransform')?.text().split(',').map(Number) ?? [];
  const [x, xc, xr, y, yc, yr] = numbers;
  const gcps = list?.all('GCP').map((gcp) => {
    const number = (name: string) => Number(gcp.attribute(name) ?? 0);
    return { column: number('Pixel'), row: number('Line'), x: number('X'), y: number('Y'), z: number('Z') };
  });
  return {
    ...(wkt && { crs: crsOfWkt(wkt) }),
    ...(numbers.length === 6 && numbers.every(Number.isFinite) && { transform: [x, xc, xr, y, yc, yr] }),
    ...(gcps?.length && { gcps }),
  };
}

/** A band as these say, the later ones first in rank. */
export function describeBand(
  band: number,
  own: BandInfo,
  ...metadata: readonly (GdalMetadata | undefined)[]
): BandInfo {
  return Object.assign({}, own, ...metadata.flatMap((said) => [said?.all, said?.bands[band]]));
}

/** The XML of TIFF tag 42112: free-form items, names and units of bands, as GDAL reads them. */
export function metadataXml(bands: readonly BandInfo[], metadata: Readonly<Record<string, string>>): string {
  const item = (name: string, value: string, attributes = '') =>
    `  <Item name="${escapeXml(name)}"${attributes}>${escapeXml(escapeXml(value))}</Item>`;
  const ofBand = (value: string, name: string, sample: number) =>
    item(name, value, ` sample="${sample}" role="${name.toLowerCase()}"`);
  return [
    '<GDALMetadata>',
    ...Object.entries(metadata).map(([name, value]) => item(name, value)),
    ...bands.flatMap(({ name, unit }, b) => [
      ofBand(name, 'DESCRIPTION', b),
      ...(unit ? [ofBand(unit, 'UNITTYPE', b)] : []),
    ]),
    '</GDALMetadata>',
  ].join('\n');
}

function bandOf(items: ReadonlyMap<string, string>): Partial<BandInfo> {
  const text = (...names: string[]) => {
    const own = names.flatMap((name) => [...items].filter(([key]) => key.toLowerCase() === name));
    return own.find(([, value]) => value !== '')?.[1];
  };
  const number = (...names: string[]) => {
    const value = text(...names);
    return value === undefined || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const found: Partial<BandInfo> = {
    name: text('description'),
    unit: text('unittype', 'units'),
    scale: number('scale', 'scale_factor'),
    offset: number('offset', 'add_offset'),
    nodata: number('nodatavalue'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function gdalMetadata(items: ReadonlyMap<string, string>, bands: Partial<BandInfo>[]): GdalMetadata {
  const [netCdf, rest] = [true, false].map((wanted) =>
    [...items].filter(([name]) => NETCDF_ITEM.test(name) === wanted),
  );
  return { items: Object.fromEntries(rest), all: bandOf(new Map(netCdf)), bands };
}
