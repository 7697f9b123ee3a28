import type { XmlElement } from '../files/xml';
import { crsOfWkt } from '../georeference/crs-of-wkt';
import type { Georeference, Transform } from '../georeference/georeference';

/** Free-form items of a raster or band, by name, in a VRT or a sidecar `.aux.xml`. */
export const itemsOf = (element: XmlElement): Map<string, string> =>
  new Map(
    element
      .all('Metadata')
      .filter((metadata) => !metadata.attribute('domain'))
      .flatMap((metadata) => metadata.all('MDI'))
      .map((item) => [item.attribute('key') ?? '', item.text()]),
  );

/**
 * Where a raster lies, by its VRT or sidecar `.aux.xml`: a transform, else ground control points.
 *
 * @throws SarIoError `CorruptFile` for numbers that are none.
 */
export function georeferenceOf(root: XmlElement): Georeference {
  const wkt = root.find('SRS')?.text() || root.find('GCPList')?.attribute('Projection');
  const crs = wkt ? { crs: crsOfWkt(wkt) } : {};
  const text = root.find('GeoTransform')?.text();
  if (text) {
    const transform = geoTransformIn(text) ?? root.fail('six numbers in GeoTransform', text);
    return { ...crs, transform };
  }
  const gcps = root.all('GCPList/GCP').map((point) => {
    const number = (name: string) => {
      const value = point.attribute(name) ?? '0';
      return Number.isFinite(numberIn(value))
        ? numberIn(value)
        : point.fail(`a number ${name}`, `'${value}'`);
    };
    return { column: number('Pixel'), row: number('Line'), x: number('X'), y: number('Y'), z: number('Z') };
  });
  return { ...crs, ...(gcps.length > 0 && { gcps }) };
}

/** The six numbers of a `GeoTransform`, between commas or spaces; undefined for anything else. */
export function geoTransformIn(text: string): Transform | undefined {
  const numbers = text
    .trim()
    .split(/\s*,\s*|\s+/)
    .map(numberIn);
  return numbers.length === 6 && numbers.every(Number.isFinite)
    ? (numbers as unknown as Transform)
    : undefined;
}

const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
