import type { Looks } from '@mtpi/polsar-priors';
import type { LonLat } from '@mtpi/sar-io';
import type { RadarGeometry } from '../geocoding/geocode';
import { type RadarTiming, radarGeometry } from '../geocoding/radar-timing';
import type { Annotation } from '../product/annotation';
import type { Merged } from './merge';
import type { SwathStack } from './swath-stack';
import { zeroDoppler } from './zero-doppler';

/** Where a prepared stack shows the ground; rows and columns after averaging. */
export interface StackGeometry extends RadarGeometry {
  /** Height (m) that the geolocation grids have at a row and a column, bilinear; beyond them as at their edges. */
  heightAt(row: number, column: number): number;
  /** Points of the geolocation grids around and within the stack's bursts. */
  points: readonly LonLat[];
}

/** @param reference Index of the date whose grid the stack has. */
export function stackGeometry(
  swaths: readonly SwathStack[],
  reference: number,
  { placements }: Merged,
  looks: Looks,
): StackGeometry {
  const [{ annotation, grid, dates }] = swaths;
  const { azimuthTimeInterval, rangeSamplingRate } = annotation;
  const above = placements[0].row - (looks.azimuth - 1) / 2;
  const timing: RadarTiming = {
    firstLineTime: annotation.bursts[grid.segments[0].burst].time - above * azimuthTimeInterval,
    azimuthTimeInterval: looks.azimuth * azimuthTimeInterval,
    slantRangeTime: annotation.slantRangeTime + (looks.range - 1) / 2 / rangeSamplingRate,
    rangeSamplingRate: rangeSamplingRate / looks.range,
    bistaticReference: bistaticReferenceSlantRangeTime(annotation),
  };
  const surfaces = swaths.map(({ annotation }) => gridHeights(annotation));
  return {
    ...radarGeometry(zeroDoppler(dates[reference].orbit), timing),
    heightAt(row, column) {
      const delay = timing.slantRangeTime + column / timing.rangeSamplingRate;
      const swath = swaths.findLastIndex(({ annotation }) => delay >= annotation.slantRangeTime);
      return surfaces[Math.max(0, swath)](timing.firstLineTime + row * timing.azimuthTimeInterval, delay);
    },
    points: swaths.flatMap(({ annotation, grid: { segments } }) => {
      const { linesPerBurst } = annotation;
      const first = segments[0].burst * linesPerBurst;
      const last = (segments[segments.length - 1].burst + 1) * linesPerBurst;
      const inside = annotation.grid.filter(({ line }) => line >= first && line <= last);
      return inside.map(({ longitude, latitude }): LonLat => [longitude, latitude]);
    }),
  };
}

/**
 * Slant range time (s) at which the times of lines are zero-Doppler times. The grid tells it: elsewhere its times are later
 * than the lines' by half the difference.
 */
export function bistaticReferenceSlantRangeTime({ grid, bursts, linesPerBurst }: Annotation): number {
  const found = grid.flatMap(({ line, time, slantRangeTime }) => {
    const burst = bursts[line / linesPerBurst];
    return burst ? [slantRangeTime - 2 * (time - burst.time)] : [];
  });
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

/** Heights of the geolocation grid by the time of lines and the slant range time. */
function gridHeights(annotation: Annotation): (time: number, delay: number) => number {
  const { grid, bursts, linesPerBurst, azimuthTimeInterval } = annotation;
  const rows = [...new Set(grid.map(({ line }) => line))].map((line) => {
    const burst = Math.min(Math.floor(line / linesPerBurst), bursts.length - 1);
    const points = grid.filter((point) => point.line === line);
    return {
      time: bursts[burst].time + (line - burst * linesPerBurst) * azimuthTimeInterval,
      delays: points.map(({ slantRangeTime }) => slantRangeTime),
      heights: points.map(({ height }) => height),
    };
  });
  const times = rows.map(({ time }) => time);
  return (time, delay) => {
    const along = ({ delays, heights }: (typeof rows)[number]) => {
      const [cell, share] = cellOf(delays, delay);
      return heights[cell] + share * (heights[cell + 1] - heights[cell]);
    };
    const [row, share] = cellOf(times, time);
    const [upper, lower] = [along(rows[row]), along(rows[row + 1])];
    return upper + share * (lower - upper);
  };
}

/** Between which two of ascending numbers a number lies, and how far, from 0 to 1. */
function cellOf(numbers: readonly number[], x: number): [index: number, share: number] {
  const below = numbers.findLastIndex((number) => number <= x);
  const index = Math.max(0, Math.min(below, numbers.length - 2));
  const share = (x - numbers[index]) / (numbers[index + 1] - numbers[index]);
  return [index, Math.max(0, Math.min(1, share))];
}
