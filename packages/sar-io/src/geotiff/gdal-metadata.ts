import { XmlElement } from '../files/xml';
import { georeferenceOf, itemsOf } from '../gdal/gdal-xml';
import type { Georeference } from '../georeference/georeference';
import type { BandInfo } from '../raster/raster';

/** What GDAL says about a raster and its bands, inside a TIFF (tag 42112) or in a sidecar `.aux.xml`. */
export interface GdalMetadata {
  /** Free-form items of the raster. */
  items: Record<string, string>;
  /** By attributes of netCDF at the raster: what they say about all bands. */
  all: Partial<BandInfo>;
  /** By attributes of netCDF at single bands, by index from 0. */
  attributes: Partial<BandInfo>[];
  /** By properties of GDAL's bands, which have names, units, scales, offsets and nodata of their own; by index from 0. */
  bands: Partial<BandInfo>[];
  /** Of a sidecar, as far as it says something about the place. */
  georeference?: Georeference;
}

/** Free-form items by any other name are the user's own. */
const NETCDF_ITEM = /^(?:scale_factor|add_offset)$/i;

/** What describes a band: roles of items in a TIFF or elements of a sidecar, and attributes of netCDF. */
const PROPERTIES = {
  name: 'description',
  unit: 'unittype',
  scale: 'scale',
  offset: 'offset',
  nodata: 'nodatavalue',
};
const ATTRIBUTES = { unit: 'units', scale: 'scale_factor', offset: 'add_offset' };

/** Texts by names, of each band. */
type BandTexts = Map<number, Map<string, string>>;

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
  const items = new Map<string, string>();
  const [roles, attributes]: BandTexts[] = [new Map(), new Map()];
  for (const item of XmlElement.parse(xml, path, 'GDALMetadata').all('Item')) {
    if (item.attribute('domain')) continue;
    const [name, sample, role] = ['name', 'sample', 'role'].map((key) => item.attribute(key));
    // GDAL escapes values twice, once by itself and once as XML.
    const value = unescapeXml(item.text());
    if (sample === undefined) items.set(name ?? '', value);
    else setText(role ? roles : attributes, Number(sample), role ?? name ?? '', value);
  }
  return gdalMetadata(items, attributes, roles);
}

function setText(texts: BandTexts, band: number, name: string, value: string): void {
  texts.set(band, (texts.get(band) ?? new Map()).set(name, value));
}

/**
 * Reads `.aux.xml`; its statistics are left out.
 *
 * @throws SarIoError `CorruptFile` where it is not XML, or places the raster by numbers that are none.
 */
export function parseAuxXml(xml: string, path: string): GdalMetadata {
  const root = XmlElement.parse(xml, path, 'PAMDataset');
  const [elements, attributes]: BandTexts[] = [new Map(), new Map()];
  for (const band of root.all('PAMRasterBand')) {
    const index = Number(band.attribute('band')) - 1;
    attributes.set(index, itemsOf(band));
    for (const name of ['Description', 'UnitType', 'Scale', 'Offset', 'NoDataValue'])
      setText(elements, index, name, band.find(name)?.text() ?? '');
  }
  return { ...gdalMetadata(itemsOf(root), attributes, elements), georeference: georeferenceOf(root) };
}

/** A band as these say, the later ones first in rank, and properties of GDAL before attributes of netCDF. */
export function describeBand(
  band: number,
  own: BandInfo,
  ...metadata: readonly (GdalMetadata | undefined)[]
): BandInfo {
  const said = metadata.flatMap((one) => one ?? []);
  return Object.assign(
    {},
    own,
    ...said.map(({ all }) => all),
    ...said.map(({ attributes }) => attributes[band]),
    ...said.map(({ bands }) => bands[band]),
  );
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

function bandOf(
  texts: ReadonlyMap<string, string>,
  names: Partial<Record<keyof BandInfo, string>>,
): Partial<BandInfo> {
  const text = (key: keyof BandInfo) =>
    [...texts].find(([name, value]) => name.toLowerCase() === names[key] && value !== '')?.[1];
  const number = (key: keyof BandInfo) => {
    const value = text(key);
    return value === undefined || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const found: Partial<BandInfo> = {
    name: text('name'),
    unit: text('unit'),
    scale: number('scale'),
    offset: number('offset'),
    nodata: number('nodata'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function gdalMetadata(
  items: ReadonlyMap<string, string>,
  attributes: BandTexts,
  properties: BandTexts,
): GdalMetadata {
  const [netCdf, rest] = [true, false].map((wanted) =>
    [...items].filter(([name]) => NETCDF_ITEM.test(name) === wanted),
  );
  const bandsOf = (texts: BandTexts, names: typeof ATTRIBUTES) => {
    const bands: Partial<BandInfo>[] = [];
    for (const [band, own] of texts) if (band >= 0) bands[band] = bandOf(own, names);
    return bands;
  };
  return {
    items: Object.fromEntries(rest),
    all: bandOf(new Map(netCdf), ATTRIBUTES),
    attributes: bandsOf(attributes, ATTRIBUTES),
    bands: bandsOf(properties, PROPERTIES),
  };
}
