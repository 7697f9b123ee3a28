import type { Window } from '@mtpi/polsar-priors';
import { assertSameGrid, isCrsComparable, latticeOffset, SarIoError } from '@mtpi/sar-io';
import type { Acquisition } from '@mtpi/sar-io/node';
import { inputName, type Warning } from '../job';
import { coveredWindow, type Grid } from './grid-mapping';
import { isCoarser, resampleAcquisition } from './resample-acquisition';
import { shiftAcquisition } from './shift-acquisition';

/**
 * Treatment of dates that are not on the grid of the target. `shared`: they are brought onto it and all are cropped to
 * the area that every date covers. `target`: the target's area is kept, and other dates are invalid where they do not
 * reach. `off`: they are refused.
 */
export type Alignment = 'shared' | 'target' | 'off';

export interface AlignedDates {
  /** All on the target's grid, in the order given. */
  dates: Acquisition[];
  /** The part of the target that all dates cover, where it is not all of it; only of `shared`. */
  shared?: Window;
  /** What was done, if anything. */
  warnings: Warning[];
}

/** How a date comes onto the target's grid. */
interface Placed {
  acquisition: Acquisition;
  /** The part of the target that it covers. */
  covered: Window;
  /** How it was resampled, where it was. */
  resampled?: string;
}

/**
 * Brings acquisitions onto the grid of the first, the target: dates of its pixel lattice as they are, others resampled.
 *
 * @throws SarIoError `GridMismatch` where a date is in radar geometry or has no georeference and another grid than the
 *   target, where dates do not overlap, or differ at all with `off`; `UnsupportedFormat` for reference systems that cannot
 *   be converted.
 */
export function alignDates(opened: readonly Acquisition[], alignment: Alignment = 'shared'): AlignedDates {
  const [target, ...others] = opened;
  if (alignment === 'off' || others.every((other) => isOnGrid(target, other))) {
    refuseOtherGrids(opened);
    return { dates: [...opened], warnings: systemWarnings(target, others) };
  }
  const whole = { x: 0, y: 0, width: target.width, height: target.height };
  const placed: Placed[] = [
    { acquisition: target, covered: whole },
    ...others.map((other) =>
      isOnGrid(target, other) ? { acquisition: other, covered: whole } : place(target, other),
    ),
  ];
  const shared = placed.reduce((all, { covered }) => intersection(all, covered), whole);
  if (shared.width < 1 || shared.height < 1)
    throw new SarIoError('GridMismatch', 'The dates have no area in common', {
      path: nameOf(target),
      expected: 'dates that overlap',
      found: placed
        .map(({ acquisition, covered }) => `${nameOf(acquisition)}: ${windowText(covered)}`)
        .join('; '),
      hint: 'Leave out the date that does not overlap the others.',
    });
  const isWhole = shared.width === target.width && shared.height === target.height;
  const crops = alignment === 'shared' && !isWhole;
  return {
    dates: placed.map(({ acquisition }) => acquisition),
    ...(crops && { shared }),
    warnings: [
      ...systemWarnings(target, others),
      ...resamplingWarnings(target, placed),
      ...(crops ? [cropWarning(target, shared)] : []),
      ...(alignment === 'target' ? placed.flatMap((date) => coverageWarnings(target, date)) : []),
    ],
  };
}

/** Whether a date lies on the target's grid, or nothing says that it does not. */
export function isOnGrid(target: Acquisition, other: Acquisition): boolean {
  try {
    assertSameGrid([target, other]);
  } catch {
    return false;
  }
  const mixed = (a: Acquisition, b: Acquisition) => isInRadarGeometry(a) && isOnMap(b);
  return !mixed(target, other) && !mixed(other, target);
}

const isOnMap = ({ georeference }: Acquisition) => georeference.transform !== undefined;
const isInRadarGeometry = ({ georeference: { transform, gcps } }: Acquisition) =>
  transform === undefined && gcps !== undefined;

/** @throws SarIoError `GridMismatch` unless all lie on the grid of the first. */
function refuseOtherGrids(opened: readonly Acquisition[]): void {
  try {
    assertSameGrid(opened);
  } catch (error) {
    if (!(error instanceof SarIoError)) throw error;
    const { path, expected, found } = error;
    const hint = 'Leave out --align off to bring them onto the grid of the target.';
    throw new SarIoError('GridMismatch', error.message, { path, expected, found, hint, cause: error });
  }
}

/** @throws SarIoError `GridMismatch` */
function place(target: Acquisition, other: Acquisition): Placed {
  const [grid, own] = [gridOf(target, other), gridOf(other, target)];
  const offset = latticeOffset(grid, own);
  const covered = offset
    ? intersection(
        { x: 0, y: 0, width: target.width, height: target.height },
        { ...offset, width: other.width, height: other.height },
      )
    : coveredWindow(grid, own);
  if (covered.width < 1 || covered.height < 1)
    throw new SarIoError('GridMismatch', `${nameOf(other)} does not overlap ${nameOf(target)}`, {
      path: nameOf(other),
      expected: `a date of the site of ${nameOf(target)}`,
      found: 'another place',
      hint: 'Leave it out, or check its georeference with mtpi info.',
    });
  if (offset) return { acquisition: shiftAcquisition(other, grid, offset), covered };
  const how = isCoarser(grid, own) ? 'averaging over its pixels' : 'bilinear interpolation';
  return {
    acquisition: resampleAcquisition(own, grid),
    covered,
    resampled: `from ${gridText(own)} to ${gridText(grid)} by ${how}`,
  };
}

/** @throws SarIoError `GridMismatch` for images that no transform places: they can only be used on one grid. */
function gridOf(acquisition: Acquisition, other: Acquisition): Acquisition & Grid {
  const { transform } = acquisition.georeference;
  if (transform) return { ...acquisition, georeference: { ...acquisition.georeference, transform } };
  const radar = isInRadarGeometry(acquisition);
  const size = ({ width, height }: Acquisition) => `${width} × ${height} pixels`;
  throw new SarIoError(
    'GridMismatch',
    `${nameOf(acquisition)} ${radar ? 'is in radar geometry' : 'has no georeference'} and cannot be brought onto the grid of ${nameOf(other)}`,
    {
      path: nameOf(acquisition),
      expected: radar ? 'images in radar geometry on one grid, or images on a map' : 'a georeference',
      found: `${size(acquisition)} beside ${size(other)}`,
      hint: radar
        ? 'Co-register the products with mtpi prepare, or terrain-correct them.'
        : 'Assign it the georeference of the others, for example with gdal_edit.py, or use images of the same size.',
    },
  );
}

const nameOf = ({ paths }: Acquisition) => inputName(paths);

/** As in "EPSG:32633, 10 × 10 m". */
function gridText({ georeference: { crs, transform } }: Grid): string {
  const size = [Math.hypot(transform[1], transform[4]), Math.hypot(transform[2], transform[5])];
  const pixel = size.map((edge) => Number(edge.toPrecision(6))).join(' × ');
  const system = crs?.epsg ? `EPSG:${crs.epsg}` : 'its reference system';
  return `${crs ? `${system}, ` : ''}${pixel}${crs ? (crs.geographic ? '°' : ' m') : ''}`;
}

const windowText = ({ x, y, width, height }: Window) =>
  width > 0 && height > 0 ? `${width} × ${height} pixels at (${x}, ${y})` : 'nothing';

/** Dates of which nothing says whether their reference system is that of the target. */
function systemWarnings(target: Acquisition, others: readonly Acquisition[]): Warning[] {
  const dates = others.filter(
    (other) => [target, other].every(isOnMap) && !isCrsComparable(target.georeference, other.georeference),
  );
  if (dates.length === 0) return [];
  const whose =
    dates.length === 1 ? 'Its reference system' : `The reference systems of ${dates.length} dates`;
  const message = `${whose} cannot be compared with that of the target; assuming the same`;
  return [{ code: 'SystemsNotCompared', message, input: nameOf(dates[0]) }];
}

function resamplingWarnings(target: Acquisition, placed: readonly Placed[]): Warning[] {
  const dates = placed.filter(({ resampled }) => resampled);
  if (dates.length === 0) return [];
  const ways = [...new Set(dates.map(({ resampled }) => resampled!))].join('; ');
  const message = `${dates.length === 1 ? 'Is on another grid than the target' : `${dates.length} dates lie on other grids than the target ${nameOf(target)}`}; resampled ${ways}`;
  return [{ code: 'DatesResampled', message, input: nameOf(dates[0].acquisition) }];
}

function cropWarning(target: Acquisition, shared: Window): Warning {
  const size = `${target.width} × ${target.height}`;
  const message = `The dates cover different areas; cropped to the ${windowText(shared)} of ${size} that all of them share`;
  return { code: 'DatesCropped', message, input: nameOf(target) };
}

function coverageWarnings(target: Acquisition, { acquisition, covered }: Placed): Warning[] {
  const share = (covered.width * covered.height) / (target.width * target.height);
  if (share === 1) return [];
  const message = `Covers ${Math.floor(100 * share)} % of the target; not used elsewhere`;
  return [{ code: 'DatePartial', message, input: nameOf(acquisition) }];
}

/** The intersection of two windows; of size 0 if they do not overlap. */
export function intersection(a: Window, b: Window): Window {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x);
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y);
  return { x, y, width, height };
}
