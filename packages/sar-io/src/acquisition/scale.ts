import { SarIoError } from '../errors';
import type { BandInfo, DataType } from '../raster/raster';
import { hyp3Letters } from './product-name';
import { quantiles } from './sample';

/** Scale of an intensity file: linear, dB, or amplitude (such as the digital numbers of GRD products). */
export type Scale = 'linear' | 'db' | 'amplitude';

/** Backscatter in dB lies within these bounds, with room for noise and bright targets; beyond is fill. */
const DB_BOUNDS = [-90, 60];

/** Bounds of the lowest tenth of an image's values in dB. */
const LOW_DB = [-60, -1];

/** From a file's value to linear power; 0 or less where there is none. */
export const toPower: Record<Scale, (value: number) => number> = {
  linear: (value) => value,
  db: (value) => (isPlausibleDb(value) ? 10 ** (value / 10) : 0),
  amplitude: (value) => value * Math.abs(value),
};

export const isPlausibleDb = (value: number) => value >= DB_BOUNDS[0] && value <= DB_BOUNDS[1];

/** Whether values are dB, by those below which the lowest and the highest tenth lie: power is not negative. */
const areLikeDb = (low: number, high: number) => low > LOW_DB[0] && low < LOW_DB[1] && high < DB_BOUNDS[1];

/** A scale, and why it was taken where the file does not declare it. */
export interface ScaleChoice {
  scale: Scale;
  assumed?: string;
}

/** One channel, with what its scale is inferred from. */
export interface ScaledChannel {
  path: string;
  dataType: DataType;
  info: BandInfo;
  /** Names of the band and, where it is the only one, of its file. */
  names: readonly string[];
  /** A sample of its values, without usual fill. */
  values: readonly number[];
}

/**
 * The scale of a channel: that of its unit; else that in its name, unless the values contradict; else the one that fits
 * the values. A tenth of them below −1 is dB: power never is, even where noise subtraction left it negative. Integers
 * without a scale of their own are amplitudes, all else is power.
 *
 * @throws SarIoError `UnsupportedFormat` where the values are negative and no dB.
 */
export function detectScale({ path, dataType, info, names, values }: ScaledChannel): ScaleChoice {
  const { unit = '' } = info;
  const declared = scaleInText(unit);
  if (declared) return { scale: declared };
  // Other numbers that are neither power nor dB are fill, unless most are such.
  const possible = values.filter((value) => value >= DB_BOUNDS[0] && value < 1e15);
  const [low, middle, high] = quantiles(
    2 * possible.length < values.length ? values : possible,
    [0.1, 0.5, 0.9],
  );
  const likeDb = areLikeDb(low, high);
  const inName = names.map(scaleInText).find(Boolean);
  if (inName === 'db' && (likeDb || middle < 0 || values.length === 0)) {
    return { scale: 'db', assumed: 'Interpreted as dB, from the name' };
  }
  if (likeDb) return { scale: 'db', assumed: 'Negative values found; interpreted as dB' };
  const isInteger = !dataType.startsWith('float');
  if (isInteger ? low < 0 : high < 0) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'power, amplitude or dB',
      found: `${dataType} values from ${low} to ${high} without a declared scale`,
      hint: DECLARE,
    });
  }
  if (inName === 'db')
    return { scale: 'linear', assumed: 'Named dB, but not negative; interpreted as power' };
  if (inName) return { scale: inName, assumed: `Interpreted as ${wordOf[inName]}, from the name` };
  if (!isInteger) return { scale: 'linear' };
  const isScaled = (info.scale ?? 1) !== 1 || (info.offset ?? 0) !== 0;
  return isScaled
    ? { scale: 'linear', assumed: `Scaled ${dataType} values without a unit; interpreted as power` }
    : {
        scale: 'amplitude',
        assumed: `${dataType} values; interpreted as amplitude and squared, not calibrated`,
      };
}

const DECLARE =
  'Declare what is missing in the file, scale and unit (such as gdal_edit.py -scale 0.01 -units dB FILE) or nodata (gdal_edit.py -a_nodata -1 FILE), or convert the values to power or dB';

/** Fewer values prove no scale wrong. */
const ENOUGH = 100;

/**
 * @throws SarIoError `UnsupportedFormat` where most values cannot be dB, as of hundredths of a dB, and are not one number that
 *   fills pixels.
 */
export function checkDb({ path, dataType, values }: ScaledChannel): void {
  const others = values.filter((value) => !isPlausibleDb(value));
  const [low, high] = quantiles(others, [0.1, 0.9]);
  if (others.length < ENOUGH || 2 * others.length <= values.length || low === high) return;
  throw new SarIoError('UnsupportedFormat', {
    path,
    expected: `dB, from ${DB_BOUNDS[0]} to ${DB_BOUNDS[1]}`,
    found: `${dataType} values from ${low} to ${high}`,
    hint: DECLARE,
  });
}

const wordOf: Record<Scale, string> = { linear: 'power', db: 'dB', amplitude: 'amplitude' };

const HYP3_SCALES = { p: 'linear', d: 'db', a: 'amplitude' } as const;

/** The scale in a unit or a name, such as `intensity_db`, `Sigma0_VV_dB`, `Amplitude_VH`, or that of a HyP3 product. */
function scaleInText(text: string): Scale | undefined {
  const hyp3 = hyp3Letters(text);
  if (hyp3) return HYP3_SCALES[hyp3.scale];
  if (/(?<![a-z])(?:db|decibels?)(?![a-z])/i.test(text)) return 'db';
  if (/amplitude/i.test(text)) return 'amplitude';
  return /intensity|power|(?<![a-z])linear/i.test(text) ? 'linear' : undefined;
}
