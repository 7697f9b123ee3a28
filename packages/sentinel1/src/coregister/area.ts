import { readFile } from 'node:fs/promises';
import { SarIoError } from '@mtpi/sar-io';
import { booleanIntersects } from '@turf/boolean-intersects';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { Annotation } from '../product/annotation';

/** A part of the Earth, WGS 84. */
export type Area = Geometry | Feature | FeatureCollection;

const BOX = /^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$/;

/**
 * The area that a text names: west,south,east,north in degrees, or a GeoJSON file.
 *
 * @throws SarIoError `NotFound`, `CorruptFile`, `InvalidArgument`.
 */
export async function readArea(text: string): Promise<Area> {
  const box = BOX.exec(text)?.slice(1).map(Number);
  if (box) return boxArea(box as [number, number, number, number]);
  const content = await readFile(text, 'utf8').catch((cause) => {
    throw new SarIoError('NotFound', `${text} is neither west,south,east,north nor a readable file`, {
      cause,
    });
  });
  try {
    const area = JSON.parse(content) as Area;
    if (geometries(area).length > 0) return area;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new SarIoError('CorruptFile', `${text}: expected GeoJSON of one geometry or more, found none`);
}

/** @throws SarIoError `InvalidArgument` unless west < east and south < north. */
export function boxArea([west, south, east, north]: readonly [number, number, number, number]): Area {
  if (!(west < east && south < north)) {
    throw new SarIoError(
      'InvalidArgument',
      `area: expected west < east and south < north, got ${west},${south},${east},${north}`,
    );
  }
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // biome-ignore format: corners
  return { type: 'Polygon', coordinates: [ring] };
}

/** Indices of the bursts that an area touches. */
export function burstsIn(area: Area, annotation: Annotation): number[] {
  const all = geometries(area);
  return annotation.bursts.flatMap((_, index) => {
    const outline = burstOutline(annotation, index);
    return all.some((geometry) => booleanIntersects(outline, geometry)) ? [index] : [];
  });
}

/** Corners of a burst from its row of the geolocation grid and the next one. */
function burstOutline({ grid, linesPerBurst }: Annotation, index: number): Geometry {
  const lines = [...new Set(grid.map(({ line }) => line))];
  const upper = lines.findLastIndex((line) => line <= index * linesPerBurst);
  const row = (at: number) => grid.filter(({ line }) => line === lines[at]);
  const [top, bottom] = [row(upper), row(Math.min(upper + 1, lines.length - 1))];
  const west = top[0].longitude;
  const points = [...top, ...bottom.reverse(), top[0]].map(({ longitude, latitude }) => [
    longitude - 360 * Math.round((longitude - west) / 360),
    latitude,
  ]);
  return { type: 'Polygon', coordinates: [points] };
}

function geometries(area: Area): Geometry[] {
  if (area.type === 'FeatureCollection') return area.features.flatMap(geometries);
  if (area.type === 'Feature') return area.geometry ? [area.geometry] : [];
  return [area];
}
