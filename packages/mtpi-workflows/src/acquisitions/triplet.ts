import { redactUrls } from '@mtpi/errors';
import { acquisitionSource } from '@mtpi/model';
import type { TripletSource } from '@mtpi/model/types';
import type { Window } from '@mtpi/polsar-priors';
import { type Acquisition, checkTriplet, isDespeckled, isRemote, openAcquisition } from '@mtpi/sar-io/node';
import { type AlignedDates, alignDates, intersection } from '../align/align-dates';
import { remainingShifts } from '../align/remaining-shift';
import { checkTripletInput } from '../check-arguments';
import { checkTripletOptions } from '../check-options';
import { WorkflowError } from '../errors';
import { inputName, type Warning } from '../job';
import { coveredShare, windowOfArea } from './area';
import { assertInside, cropAcquisition } from './crop';
import { emptyHint, inSelection } from './empty-dates';
import { withoutSharedDates } from './folder-dates';
import { pathsOf, type SeriesInput, seriesOf, type TripletInput } from './inputs';
import { looksWarnings } from './looks';
import { noiseWarnings } from './noise';
import type { IntensityScale, TripletOptions } from './options';

/** Pixels on each side of a crop that its result depends on: half the window in which mean backscatter is preserved. */
const SURROUNDINGS = 64;

/** Acquisitions brought onto the target's grid, read together window by window as a triplet. */
export interface Triplet extends TripletSource {
  readonly target: Acquisition;
  /** Acquisition times of the target, of the dates before it and of those after it. */
  readonly acquired: readonly (Date | undefined)[];
  /** The files and folders that are read. */
  readonly paths: readonly string[];
  /** Assumptions about the files and anomalies; `OutOfOrder` is the code for dates in the wrong order. */
  readonly warnings: readonly Warning[];
  /** The window of the target that is read, if not all of it. */
  readonly crop?: Window;
  /** How the dates were brought onto one grid, if they were not on one. */
  readonly alignment?: string;
  close(): Promise<void>;
}

/** A triplet with its surroundings. */
export interface SurroundedTriplet {
  triplet: Triplet;
  /** The triplet with the pixels around its crop, as far as there are any: they are despeckled with it, so that it has no border. */
  surrounded: TripletSource;
  /** The triplet as a window of `surrounded`. */
  inner: Window;
  /** The files of each date, the target first, as warnings name them. */
  files: readonly (readonly string[])[];
}

/**
 * Opens target, previous and next.
 *
 * @throws SarIoError if one cannot be read or brought onto the target's grid; WorkflowError `InvalidArgument` for an option that has
 *   no effect on these files, or a part outside them; `NoValidPixels`, `InvalidTriplet`.
 */
export async function openTriplet(input: TripletInput, options: TripletOptions = {}): Promise<Triplet> {
  checkTripletInput(input);
  checkTripletOptions(options);
  const { triplet } = await openSeries(seriesOf(input), options);
  return triplet;
}

/** Opens a target and the dates around it, with their surroundings. Parameters and errors as of `openTriplet`. */
export async function openSeries(
  { target: targetInput, before, after }: SeriesInput,
  options: TripletOptions = {},
): Promise<SurroundedTriplet> {
  const { scale = 'auto', signal } = options;
  const inputs = [targetInput, ...before, ...after];
  const opened: Acquisition[] = [];
  const close = async () => {
    await Promise.all(opened.map((acquisition) => acquisition.close()));
  };
  try {
    for (const input of inputs) opened.push(await openAcquisition(pathsOf(input), { scale, signal }));
    checkScale(opened, scale);
    const dated = withoutSharedDates(opened);
    const aligned = alignDates(dated.dates, options.align);
    const crop = partOf(aligned, options);
    const partsIn = (window: Window | undefined) =>
      window ? aligned.dates.map((date) => cropAcquisition(date, window)) : aligned.dates;
    const parts = partsIn(crop);
    const [target, ...others] = parts;
    const { width, height } = aligned.dates[0];
    const around = crop && intersection(grown(crop), aligned.shared ?? { x: 0, y: 0, width, height });
    const source = sourceOf(parts, before.length);
    const triplet: Triplet = {
      ...source,
      target,
      acquired: dated.dates.map(({ acquired }) => acquired),
      // The paths of acquisitions lack the queries of addresses, also of those in STAC documents, which may be needed to read
      // them again.
      paths: inputs.flatMap((input, i) => {
        const own = pathsOf(input);
        return own.some((path) => isRemote(path) || /\.(?:geo)?json(?:#|$)/i.test(path))
          ? own
          : opened[i].paths;
      }),
      warnings: [
        ...dated.warnings,
        ...aligned.warnings,
        ...areaWarnings(aligned.dates[0], options),
        ...(await warningsOf(target, others.slice(0, before.length), others.slice(before.length), options)),
      ],
      ...(crop && { crop }),
      ...(aligned.warnings.length > 0 && {
        alignment: aligned.warnings.map(({ message }) => message).join('. '),
      }),
      close,
    };
    return {
      triplet,
      surrounded: around ? sourceOf(partsIn(around), before.length) : source,
      inner: {
        ...(around && crop ? { x: crop.x - around.x, y: crop.y - around.y } : { x: 0, y: 0 }),
        ...{ width: target.width, height: target.height },
      },
      files: opened.map(({ paths }) => paths),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A target, so many dates before it, and those after it, as a triplet. */
function sourceOf([target, ...others]: readonly Acquisition[], before: number): TripletSource {
  const [[previous, ...earlier], [next, ...later]] = [others.slice(0, before), others.slice(before)];
  return acquisitionSource({ target, previous, next, earlier, later });
}

/** A window with its surroundings. */
const grown = ({ x, y, width, height }: Window): Window => ({
  ...{ x: x - SURROUNDINGS, y: y - SURROUNDINGS },
  ...{ width: width + 2 * SURROUNDINGS, height: height + 2 * SURROUNDINGS },
});

/** @throws where a scale of intensities is given to files that hold none. */
function checkScale(opened: readonly Acquisition[], scale: IntensityScale): void {
  const other = opened.every(({ polarimetry }) => polarimetry === 'covariance');
  if (scale !== 'auto' && scale !== 'linear' && other)
    throw new WorkflowError('InvalidArgument', `${opened[0].paths[0]}: scale ${scale} has no effect`, {
      path: opened[0].paths[0],
      expected: 'intensities',
      found: opened[0].scale === 'complex' ? 'complex samples' : 'a covariance matrix',
      hint: 'Leave out --scale.',
    });
}

/**
 * The part of the target that is read: that asked for, as far as all dates cover it.
 *
 * @throws WorkflowError `InvalidArgument`
 */
function partOf(
  { dates: [target], shared }: AlignedDates,
  { area, crop }: TripletOptions,
): Window | undefined {
  if (area && crop)
    throw new WorkflowError('InvalidArgument', 'expected an area of interest or a crop, found both');
  const wanted = area ? windowOfArea(target, area) : crop;
  if (!wanted || !shared) return wanted ?? shared;
  assertInside(wanted, target);
  const part = intersection(wanted, shared);
  if (part.width > 0 && part.height > 0) return part;
  throw new WorkflowError(
    'InvalidArgument',
    `${target.paths[0]}: the selected part is outside the area common to all dates`,
    {
      path: target.paths[0],
      expected: `pixels of ${shared.width} × ${shared.height} at (${shared.x}, ${shared.y})`,
      found: `${wanted.width} × ${wanted.height} at (${wanted.x}, ${wanted.y})`,
      hint: 'Use --align target to keep the area of the target.',
    },
  );
}

/** A warning of an area of interest that reaches beyond the target. */
function areaWarnings(target: Acquisition, { area }: TripletOptions): Warning[] {
  const share = area ? coveredShare(target, area) : 1;
  const percent = Math.round(100 * share);
  if (percent === 100) return [];
  const message = `The area of interest reaches beyond the image; ${percent < 1 ? 'less than 1' : percent} % of it is covered`;
  return [{ code: 'AreaCut', message, input: inputName(target.paths) }];
}

/**
 * Assumptions about the files, and anomalies of the triplet.
 *
 * @throws WorkflowError `NoValidPixels` or `InvalidTriplet` where the result would be worthless.
 */
async function warningsOf(
  target: Acquisition,
  [previous, ...before]: readonly Acquisition[],
  [next, ...after]: readonly Acquisition[],
  options: TripletOptions,
): Promise<Warning[]> {
  const { signal } = options;
  const [nearest, further] = [
    [target, previous, next],
    [...before, ...after],
  ];
  const found = await checkTriplet({ target, previous, next, further }, { signal });
  const fatal = found.find(({ severity }) => severity === 'error');
  if (fatal) {
    const isEmpty = fatal.code === 'NoValidPixels';
    const path = redactUrls(fatal.input);
    throw new WorkflowError(
      isEmpty ? 'NoValidPixels' : 'InvalidTriplet',
      `${path}: ${fatal.message}${isEmpty ? inSelection(options) : ''}`,
      { path, found: fatal.code, ...(isEmpty && { hint: emptyHint(options) }) },
    );
  }
  const opened = [...nearest, ...further];
  const all = [...opened.flatMap(({ warnings }) => warnings), ...found].map(
    ({ code, message, input }): Warning => ({ code, message, input: redactUrls(input) }),
  );
  all.push(
    ...polarizationWarnings(target),
    ...despeckledWarnings(opened),
    ...looksWarnings(opened),
    ...noiseWarnings(opened),
    ...(await shiftWarnings(nearest, signal)),
  );
  // An acquisition that is given twice has its warnings once.
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
}

const polarizationWarnings = ({ channels: [co] }: Acquisition): Warning[] =>
  co === 'VV'
    ? []
    : [{ code: 'PolarizationsUntested', message: 'The networks have not been evaluated on HH and HV' }];

const despeckledWarnings = (dates: readonly Acquisition[]): Warning[] =>
  dates.filter(isDespeckled).map(({ paths }) => ({
    code: 'AlreadyDespeckled',
    message: 'Is a result of mtpi despeckle; networks expect speckle',
    input: inputName(paths),
  }));

/** Shifts that remain between the images, as of products whose geolocation is off. */
async function shiftWarnings(parts: readonly Acquisition[], signal?: AbortSignal): Promise<Warning[]> {
  const shifts = await remainingShifts(parts, signal);
  return shifts.flatMap((shift, i): Warning[] => {
    if (!shift) return [];
    const size = Math.hypot(shift.lines, shift.samples).toFixed(2);
    const sides = [
      `${Math.abs(shift.samples).toFixed(2)} ${shift.samples > 0 ? 'right' : 'left'}`,
      `${Math.abs(shift.lines).toFixed(2)} ${shift.lines > 0 ? 'down' : 'up'}`,
    ];
    const message = `Shifted by ${size} pixels from the target (${sides.join(', ')}); details will be less sharp`;
    return [{ code: 'DatesShifted', message, input: inputName(parts[i + 1].paths) }];
  });
}
