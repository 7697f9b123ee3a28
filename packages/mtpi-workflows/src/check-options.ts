import { mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import type { DespeckleOptions } from './despeckle/despeckle-options';
import { WorkflowError } from './errors';
import { COVARIANCE_RESULT } from './result/covariance-result';
import { isNamed } from './result/result-description';

const { text, flag, callback, record, signal, integer, oneOf, listOf } = optionKinds;

const scale = oneOf('auto', 'linear', 'db', 'amplitude');
const align = oneOf('shared', 'target', 'off');
const crop: OptionKind = {
  expected: 'a window { x, y, width, height } in pixels',
  accepts: (value) =>
    record.accepts(value) &&
    ['x', 'y', 'width', 'height'].every((key) => Number.isInteger((value as Record<string, unknown>)[key])),
};
const engine: OptionKind = {
  expected: 'an object of backend, device and threads',
  accepts: (value) =>
    mistakeInOptions(value, { backend: text, device: text, threads: integer(1) }) === undefined,
};
const date: OptionKind = {
  expected: 'a date such as 20240305 or 2024-03-05T17:08:15Z',
  accepts: (value) =>
    text.accepts(value) && /^\d{4}(?:-?\d\d){0,2}(?:[T ](?:\d\d:?){0,3}(?:\.\d*)?Z?)?$/.test(value as string),
};
const bursts: OptionKind = {
  expected: 'the first and the last burst, [number, number]',
  accepts: (value) => listOf(integer(1)).accepts(value) && (value as unknown[]).length === 2,
};

const JOB = { signal, onProgress: callback, onWarning: callback, strict: flag };

const DESPECKLE: Record<keyof DespeckleOptions, OptionKind> = {
  ...JOB,
  ...{ swaths: listOf(text), bursts, area: record, orbit: text, map: record },
  ...{ weights: text, scale, crop, align, tile: integer(1), overlap: integer(0), haAlphaWindow: integer(1) },
  ...{ dates: integer(1), targetDate: date, engine, resume: flag, report: text },
  outputScale: oneOf('linear', 'db', 'amplitude'),
  ...{ bands: listOf(text), separateBands: flag, stac: flag, quicklook: flag, command: listOf(text) },
};

const MERGE: Record<string, OptionKind> = {
  ...JOB,
  ...{ keepShards: flag, report: text, stac: flag, quicklook: flag },
};

const TRIPLET: Record<string, OptionKind> = { scale, area: record, crop, align, signal };

/** All bands that results may have. */
const BANDS = ['VV', 'VH', 'HH', 'HV', ...COVARIANCE_RESULT];

/** Names of the options of `despeckleFile` and its like. */
export const DESPECKLE_OPTIONS = Object.keys(DESPECKLE) as readonly (keyof DespeckleOptions)[];

function check(options: unknown, kinds: Readonly<Record<string, OptionKind>>): void {
  const mistake = mistakeInOptions(options, kinds);
  if (mistake) throw new WorkflowError('InvalidArgument', mistake.message, mistake);
}

/** @throws WorkflowError `InvalidArgument` for an option that there is not, or of another kind. */
export function checkDespeckleOptions(options: DespeckleOptions): void {
  check(options, DESPECKLE);
  const unknown = options.bands?.find((band) => !BANDS.some((one) => isNamed(one, band)));
  if (unknown === undefined) return;
  throw new WorkflowError('InvalidArgument', {
    expected: `bands out of ${BANDS.join(', ')}`,
    found: unknown,
  });
}

/** For a triplet, which has no dates to choose from. @throws as `checkDespeckleOptions`. */
export function checkDespeckleTripletOptions(options: DespeckleOptions): void {
  checkDespeckleOptions(options);
  if (options.dates !== undefined || options.targetDate !== undefined)
    throw new WorkflowError('InvalidArgument', {
      expected: 'a folder or stack for a number of dates or a target date',
    });
}

/** @throws as `checkDespeckleOptions`. */
export const checkMergeOptions = (options: object): void => check(options, MERGE);

/** @throws as `checkDespeckleOptions`. */
export const checkTripletOptions = (options: object): void => check(options, TRIPLET);
