/** GeoTIFF keys as they stand in the file, so that any reference system survives a round trip. */
export interface GeoKeys {
  directory: readonly number[];
  doubles?: readonly number[];
  ascii?: string;
}

/** A coordinate reference system, by any of its names. */
export interface Crs {
  epsg?: number;
  /** Coordinates are longitude and latitude in degrees rather than a map projection's meters. */
  geographic: boolean;
  geoKeys?: GeoKeys;
  /** Well-known text, as ENVI headers carry it. */
  wkt?: string;
  /** That of heights, where the text is of a compound system. */
  vertical?: { name: string; epsg?: number };
}

/**
 * From pixel to map coordinates in GDAL's order: [x₀, ∂x/∂column, ∂x/∂row, y₀, ∂y/∂column, ∂y/∂row], where (x₀, y₀) is
 * the outer corner of the first pixel.
 */
export type Transform = readonly [number, number, number, number, number, number];

/** A ground control point: where the image point (column, row) lies; the first pixel's corner is (0, 0). */
export interface Gcp {
  column: number;
  row: number;
  x: number;
  y: number;
  z: number;
}

/** Georeference of a raster: a transform, or ground control points in radar geometry. */
export interface Georeference {
  crs?: Crs;
  transform?: Transform;
  gcps?: readonly Gcp[];
}

/** EPSG codes of map projections among those from 4000 to 4999; the others are of geographic systems. */
const PROJECTED = [
  '4026 4037-4038 4048-4051 4056-4063 4071 4082-4083 4087-4088 4093-4100 4217 4390-4462 4467 4471 4474',
  '4484-4489 4491-4554 4559 4568-4589 4647 4652-4656 4766-4800 4812 4822 4826 4839 4855-4880',
].flatMap((line) => line.split(' ').map((range) => range.split('-').map(Number)));

const isGeographic = (epsg: number) =>
  epsg >= 4000 && epsg < 5000 && !PROJECTED.some(([first, last = first]) => epsg >= first && epsg <= last);

/**
 * The reference system of an EPSG code; geographic ones are known from 4000 to 4999, others are taken as map projections unless
 * said otherwise.
 */
export function crsOf(epsg: number, geographic = isGeographic(epsg)): Crs {
  return { epsg, geographic };
}

/** The georeference of an image of which a pixel covers so many columns and rows of the one that it belongs to. */
export function withSteps(
  { transform, gcps, ...rest }: Georeference,
  columns: number,
  rows: number,
): Georeference {
  const [x, xc, xr, y, yc, yr] = transform ?? [0, 0, 0, 0, 0, 0];
  return {
    ...rest,
    ...(transform && { transform: [x, xc * columns, xr * rows, y, yc * columns, yr * rows] as const }),
    ...(gcps && { gcps: gcps.map((gcp) => ({ ...gcp, column: gcp.column / columns, row: gcp.row / rows })) }),
  };
}
