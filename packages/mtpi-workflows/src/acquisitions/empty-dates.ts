import type { Window } from '@mtpi/polsar-priors';
import type { Acquisition } from '@mtpi/sar-io/node';
import { alignDates, isOnGrid } from '../align/align-dates';
import type { JobOptions } from '../job';
import { findArea } from './area';
import { cropAcquisition } from './crop';
import type { ScenePart } from './options';

type Options = ScenePart & Pick<JobOptions, 'signal'>;

/** Where in an image something is missing, as the end of a message; empty for all of it. */
export function inSelection({ area, crop }: ScenePart): string {
  if (crop) return ` in the crop ${crop.x},${crop.y},${crop.width},${crop.height}`;
  return area ? ' in the area of interest' : '';
}

/** What to do about an image without valid pixels. */
export const emptyHint = ({ area, crop }: ScenePart): string =>
  area || crop ? 'Choose another area, or use other dates.' : 'Use other dates.';

/**
 * A function that tells whether a date has no valid pixel in the selected part of a target. Dates are read until the first
 * one, and only once for targets on one grid.
 */
export function emptyDates(options: Options): (date: Acquisition, target: Acquisition) => Promise<boolean> {
  const grids: { target: Acquisition; known: Map<Acquisition, Promise<boolean>> }[] = [];
  return (date, target) => {
    let grid = grids.find((one) => isOnGrid(one.target, target));
    if (!grid) {
      grid = { target, known: new Map() };
      grids.push(grid);
    }
    const answer = grid.known.get(date) ?? isEmpty(date, grid.target, options);
    grid.known.set(date, answer);
    return answer;
  };
}

async function isEmpty(
  date: Acquisition,
  target: Acquisition,
  { area, crop, align, signal }: Options,
): Promise<boolean> {
  const { width, height } = target;
  const window = area ? findArea(target, area) : (crop ?? { x: 0, y: 0, width, height });
  if (!window) return true;
  const [, aligned] = alignDates([target, date], align === 'off' ? 'off' : 'target').dates;
  const part = cropAcquisition(aligned, window);
  for (const window of windowsOf(part)) {
    const { mask } = await part.read(window, { signal });
    if (mask.data.includes(1)) return false;
  }
  return true;
}

/** Edge of a window, and rows of a strip, in pixels. */
const EDGE = 64;

/** A window in the middle, where there mostly is data; then all of an image in strips. */
function* windowsOf({ width, height }: { width: number; height: number }): Generator<Window> {
  const [w, h] = [Math.min(EDGE, width), Math.min(EDGE, height)];
  yield { x: (width - w) >> 1, y: (height - h) >> 1, width: w, height: h };
  for (let y = 0; y < height; y += EDGE) yield { x: 0, y, width, height: Math.min(EDGE, height - y) };
}
