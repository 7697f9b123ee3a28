import { gridOffset } from '../georeference/same-grid';
import type { MaskedImage, ReadOptions } from '../raster/raster';
import type { Acquisition } from './acquisition';
import { hasTimeOfDay, isSameDay } from './acquisition-date';
import { timeStamp } from './dated-path';
import { isDespeckled } from './is-despeckled';
import { sensorOf } from './product-name';
import { fromNames, onSameOrbit, statedOrbit, statedPass } from './relative-orbit';
import { countValid, sampleRaster, valuesOf } from './sample';
import { type InputWarning, nameOfInput, type WarningCode } from './warning';

/** Mean backscatter of land and sea, in dB, with room on both sides. */
const PLAUSIBLE_DB = [-40, 10];
/** Difference in mean backscatter between dates that no season explains, in dB. */
const LEVEL_DIFFERENCE = 6;
/** Difference in mean backscatter of copies of one image, in dB, that are rounded or packed differently. */
const SAME_LEVEL = 0.01;
const LONG_INTERVAL_DAYS = 60;

const DAY = 86_400_000;

interface Named {
  role: string;
  acquisition: Acquisition;
  input: string;
}

interface Sampled extends Named {
  parts: readonly MaskedImage[];
  /** Mean power of each channel, in dB; NaN without valid pixels. */
  levels: readonly number[];
}

/**
 * Whether three acquisitions on one grid make sense together: valid pixels, plausible backscatter, dates, orbits,
 * polarizations, sensors, georeference, and that they are three different images of different days. Only a sample of the
 * pixels is read, except of images without data.
 *
 * @param dates `further`: other dates of a series, of which only what their files state is checked; see `checkDifferentDates`.
 * @returns warnings with severity `error` where the result would be worthless. Of those of opening only the errors are among them.
 */
export async function checkTriplet(
  dates: { target: Acquisition; previous: Acquisition; next: Acquisition; further?: readonly Acquisition[] },
  { signal }: ReadOptions = {},
): Promise<InputWarning[]> {
  const sampled: Sampled[] = [];
  for (const role of ['target', 'previous', 'next'] as const) {
    sampled.push(await sample(role, dates[role], signal));
  }
  const [target, ...others] = sampled;
  const further = (dates.further ?? []).map((acquisition) => named('further', acquisition));
  return [
    ...[...sampled, ...further].flatMap(({ acquisition }) =>
      acquisition.warnings.filter(({ severity }) => severity === 'error'),
    ),
    ...sampled.flatMap(checkValues),
    ...checkReferenceSystems(sampled),
    ...others.flatMap((other) => [
      ...checkDates(target, other),
      ...checkSource(target, other),
      ...checkLevels(target, other),
      ...checkPlace(target, other),
    ]),
    ...further.flatMap((other) => checkSource(target, other)),
    // The speckle of the target itself would not average out.
    ...others.flatMap((other) => checkPair(target, other, 'error')),
    ...checkPair(others[0], others[1]),
  ];
}

/**
 * Whether acquisitions on one grid are a stack: orbits, polarizations and sensors as the first one's, all dates known,
 * and different images. A sample of the pixels of each is read.
 *
 * @returns also the warnings of opening.
 */
export async function checkStack(
  acquisitions: readonly Acquisition[],
  options: ReadOptions = {},
): Promise<InputWarning[]> {
  const [first, ...others] = acquisitions.map((acquisition) => named('first date', acquisition));
  const despeckled = [first, ...others].filter(({ acquisition }) => isDespeckled(acquisition));
  const undated = [first, ...others].filter(({ acquisition }) => !acquisition.acquired);
  return [
    ...acquisitions.flatMap(({ warnings }) => warnings),
    ...others.flatMap((other) => checkSource(first, other)),
    ...despeckled.map((one) =>
      warning(one, 'AlreadyDespeckled', 'Is a result of mtpi despeckle, without its speckle', 'error'),
    ),
    ...undated.map((one) =>
      warning(one, 'OrderAssumed', 'No acquisition date; taking the order of the names for that in time'),
    ),
    ...(await checkDifferentDates(acquisitions, options)),
  ];
}

/**
 * Whether the dates of a stack are different images: copies may have different dates. A sample of the pixels of each is read.
 *
 * @returns a warning `SameImage` for each copy of an earlier one.
 */
export async function checkDifferentDates(
  acquisitions: readonly Acquisition[],
  { signal }: ReadOptions = {},
): Promise<InputWarning[]> {
  const warnings: InputWarning[] = [];
  const means: (readonly number[])[] = []; // not the samples, which would fill the memory
  for (const [i, acquisition] of acquisitions.entries()) {
    const one = await sample('one', acquisition, signal);
    const alike = acquisitions.filter(
      (_, j) => j < i && one.levels.every((level, band) => Math.abs(level - means[j][band]) < SAME_LEVEL),
    );
    for (const other of alike) {
      const original = await sample('other', other, signal);
      if (checkDifferent(original, one).length === 0) continue;
      warnings.push(warning(one, 'SameImage', `Has the pixels of ${original.input}; leave one of them out`));
      break;
    }
    means.push(one.levels);
  }
  return warnings;
}

function named(role: string, acquisition: Acquisition): Named {
  return { role, acquisition, input: nameOfInput(acquisition.paths) };
}

async function sample(role: string, acquisition: Acquisition, signal?: AbortSignal): Promise<Sampled> {
  const parts = await sampleRaster(acquisition, (window) => acquisition.read(window, { signal }), countValid);
  const levels = [0, 1].map((band) => {
    const values = valuesOf(parts, band);
    return 10 * Math.log10(values.reduce((sum, value) => sum + value, 0) / values.length);
  });
  return { ...named(role, acquisition), parts, levels };
}

const warning = (
  { input }: Named,
  code: WarningCode,
  message: string,
  severity: InputWarning['severity'] = 'note',
): InputWarning => ({ code, severity, message, input });

const dayText = (date: Date) => date.toISOString().slice(0, 10);

const db = (level: number) => `${level > 0 ? '+' : '−'}${Math.abs(level).toFixed(1)} dB`;

function checkValues(image: Sampled): InputWarning[] {
  const { role, levels, acquisition, parts } = image;
  if (!parts.some((part) => countValid(part) > 0)) {
    return [warning(image, 'NoValidPixels', `The ${role} image has no valid pixels`, 'error')];
  }
  const [least, most] = PLAUSIBLE_DB;
  if (levels.every((level) => level >= least && level <= most)) return [];
  const means = levels.map((level, band) => `${db(level)} in ${acquisition.channels[band]}`).join(', ');
  const message = `Mean backscatter of ${means}, expected ${db(least)} to ${db(most)}; check calibration and scale`;
  return [warning(image, 'ImplausibleBackscatter', message)];
}

function checkDates(target: Sampled, other: Sampled): InputWarning[] {
  const [time, reference] = [other, target].map(({ acquisition }) => acquisition.acquired);
  if (!time || !reference) return [];
  const warnings: InputWarning[] = [];
  const days = Math.round(Math.abs(Number(time) - Number(reference)) / DAY);
  if (days > LONG_INTERVAL_DAYS) {
    const message = `Acquired ${days} days from the target; expected at most ${LONG_INTERVAL_DAYS}`;
    warnings.push(warning(other, 'LongInterval', message));
  }
  // By day, as some files have no time.
  const [day, targetDay] = [time, reference].map(dayText);
  if (other.role === 'previous' ? day > targetDay : day < targetDay) {
    const side = other.role === 'previous' ? 'after' : 'before';
    warnings.push(
      warning(
        other,
        'OutOfOrder',
        `The ${other.role} image (${day}) was acquired ${side} the target (${targetDay})`,
      ),
    );
  }
  return warnings;
}

/** What names and metadata state. */
function checkSource(target: Named, other: Named): InputWarning[] {
  const warnings: InputWarning[] = [];
  const differ = <T>(
    code: WarningCode,
    name: string,
    of: (image: Named) => T | undefined,
    severity?: 'error',
  ) => {
    const [own, reference] = [of(other), of(target)];
    if (own === undefined || reference === undefined || own === reference) return;
    warnings.push(warning(other, code, `${name} ${own}; the ${target.role}'s is ${reference}`, severity));
  };
  differ('SensorsDiffer', 'Sensor', ({ acquisition }) => fromNames(acquisition, sensorOf));
  // In radar geometry another track sees the ground at other angles and places.
  const severity = [target, other].some(inRadarGeometry) ? 'error' : undefined;
  differ('OrbitsDiffer', 'Relative orbit', ({ acquisition }) => statedOrbit(acquisition), severity);
  differ('OrbitsDiffer', 'Pass', ({ acquisition }) => statedPass(acquisition), severity);
  const byName = warnings.some(({ code }) => code === 'OrbitsDiffer');
  if (!byName && !onSameOrbit(other.acquisition, target.acquisition)) {
    const clock = ({ acquisition }: Named) => acquisition.acquired!.toISOString().slice(11, 16);
    const message = `Acquired at ${clock(other)} UTC, the ${target.role} at ${clock(target)}; the orbits differ`;
    warnings.push(warning(other, 'OrbitsDiffer', message));
  }
  differ('PolarizationsDiffer', 'Polarizations', polarizationsOf, 'error');
  const [own, reference] = [other, target].map(({ acquisition }) => acquisition.polarimetry);
  if (own === 'intensity' && reference === 'covariance')
    warnings.push(
      warning(other, 'PolarimetryDiffers', 'Has no C12; the result will be without C12, H, A and alpha'),
    );
  differ('CalibrationsDiffer', 'Calibration', ({ acquisition }) => acquisition.calibration);
  return warnings;
}

function checkLevels(target: Sampled, other: Sampled): InputWarning[] {
  const apart = other.levels.map((level, band) => Math.abs(level - target.levels[band]));
  const band = apart[1] > apart[0] ? 1 : 0;
  if (!(apart[band] > LEVEL_DIFFERENCE)) return [];
  const channel = other.acquisition.channels[band];
  const message = `Mean ${channel} backscatter of ${db(other.levels[band])}, the target's is ${db(target.levels[band])}; check that they are calibrated alike`;
  return [warning(other, 'LevelsDiffer', message)];
}

const inRadarGeometry = ({ acquisition: { georeference } }: Named) =>
  !georeference.transform && Boolean(georeference.gcps?.length);

/** Images with a transform but no reference system, of which only numbers can be compared. */
function checkReferenceSystems(images: readonly Sampled[]): InputWarning[] {
  const without = images.filter(
    ({ acquisition: { georeference } }) => georeference.transform && !georeference.crs,
  );
  if (without.length === 0) return [];
  if (without.length === images.length)
    return [
      warning(
        images[0],
        'NoGeoreference',
        'The images have no reference system; assuming one for all of them',
      ),
    ];
  return without.map((image) =>
    warning(
      image,
      'NoGeoreference',
      `The ${image.role} image has no reference system, but others have; assuming the same`,
    ),
  );
}

function checkPlace(target: Sampled, other: Sampled): InputWarning[] {
  const [own, reference] = [other, target].map(({ acquisition: { georeference } }) =>
    Boolean(georeference.transform || georeference.gcps?.length),
  );
  if (own !== reference) {
    const [without, role] = own ? [target, 'target'] : [other, other.role];
    return [
      warning(
        without,
        'NoGeoreference',
        `The ${role} image has no georeference, but others have; its location cannot be checked`,
      ),
    ];
  }
  const offset = gridOffset(target.acquisition, other.acquisition);
  if (offset === undefined || offset <= 1) return [];
  const message = `Ground control points are ${Number(offset.toPrecision(2))} pixels from the target's; check that the images are co-registered`;
  return [warning(other, 'GridsDiffer', message)];
}

/** Whether two of the three dates are one image or, as two slices or passes may be, of one day. */
function checkPair(first: Sampled, second: Sampled, severity?: 'error'): InputWarning[] {
  const same = checkDifferent(first, second, severity);
  const [time, otherTime] = [first, second].map(({ acquisition }) => acquisition.acquired);
  if (same.length > 0 || !time || !otherTime || !isSameDay(time, otherTime)) return same;
  const message = `Same date as the ${first.role} image, ${dayText(time)}; check that it is another pass`;
  return [warning(second, 'SameDate', message)];
}

function checkDifferent(first: Sampled, second: Sampled, severity?: 'error'): InputWarning[] {
  const [paths, otherPaths] = [first, second].map(({ acquisition }) => [...acquisition.paths].sort().join());
  const [time, otherTime] = [first, second].map(({ acquisition }) => acquisition.acquired);
  // To the second, as names have no fractions of it.
  const sameTime = time && otherTime && hasTimeOfDay(time) && timeStamp(time) === timeStamp(otherTime);
  if (paths !== otherPaths && !sameTime && !haveSameValues(first, second)) return [];
  const message = `${first.role} and ${second.role} are the same acquisition; use another date`;
  return [warning(second, 'SameImage', message, severity)];
}

/** Whether the powers are equal, up to rounding, wherever both images have data. */
function haveSameValues({ parts }: Sampled, { parts: others }: Sampled): boolean {
  let [common, equal] = [0, 0];
  for (const [p, { image, mask }] of parts.entries()) {
    const other = others[p];
    const pixels = mask.data.length;
    // After the first windows, parts lie where the data of each image is.
    if (other?.mask.data.length !== pixels) break;
    for (let i = 0; i < pixels; i++) {
      if (!mask.data[i] || !other.mask.data[i]) continue;
      common++;
      const bands = [i, pixels + i];
      if (bands.every((at) => isClose(image.data[at], other.image.data[at]))) equal++;
    }
  }
  return common > 0 && equal >= 0.99 * common;
}

const isClose = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(a), Math.abs(b));

/** Both polarizations, unless they were assumed. */
const polarizationsOf = ({ acquisition: { channels, warnings } }: Named) =>
  warnings.some(({ code }) => code === 'PolarizationAssumed') ? undefined : channels.join('+');
