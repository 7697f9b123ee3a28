import type { GeoTIFFImage } from 'geotiff';
import type { BandInfo } from '../raster';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const CHARACTERS = Object.fromEntries(
  Object.entries(ENTITIES).map(([character, entity]) => [entity, character]),
);

// GDAL escapes values twice, once by itself and once as XML.
const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
const unescapeXml = (text: string) => text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => CHARACTERS[entity]);

/** Items of TIFF tag 42112, of the whole file or of one band. */
export async function readMetadata(image: GeoTIFFImage, band?: number): Promise<Record<string, string>> {
  const items = (await image.getGDALMetadata(band ?? null)) ?? {};
  return Object.fromEntries(
    Object.entries(items).map(([name, value]) => [name, unescapeXml(unescapeXml(String(value ?? '')))]),
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
