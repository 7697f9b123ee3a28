import type { RasterRows } from '@mtpi/model';
import { createImage, flatMask, HA_ALPHA_BANDS, type Image, planes, type Window } from '@mtpi/polsar-priors';
import { type Acquisition, statedOrbit, statedPass } from '@mtpi/sar-io/node';
import { calibrationOf } from '../acquisitions/calibration';
import { isNoiseSubtracted } from '../acquisitions/noise';
import { WorkflowError } from '../errors';
import { SOFTWARE } from '../software';
import { COVARIANCE_RESULT, withHaAlpha } from './covariance-result';
import { createOutput } from './create-output';
import { timeText } from './provenance';
import {
  isIntensity,
  isNamed,
  type OutputScale,
  type Result,
  type ResultOptions,
} from './result-description';
import { pathsOfResult } from './result-paths';

/** Rows written at a time, so that buffers stay small however wide the scene. */
const ROWS = 16;

const FROM_POWER: Record<OutputScale, (power: number) => number> = {
  linear: (power) => power,
  db: (power) => 10 * Math.log10(power),
  amplitude: Math.sqrt,
};

/** Units of intensities, in words by which readers recognize the scale. */
const UNITS: Record<OutputScale, string> = {
  linear: 'linear power',
  db: 'dB',
  amplitude: 'amplitude',
};

/**
 * Bands of the result: covariance with H, A and alpha, or intensities.
 *
 * @throws WorkflowError `InvalidArgument` for bands that there are not, or that are named twice.
 */
export function resultOf(
  target: Acquisition,
  bands: 2 | 4,
  { bands: given, outputScale = 'linear', separateBands = false }: ResultOptions,
): Result {
  const { width, height, georeference, acquired, channels } = target;
  const [calibration, orbit, pass] = [calibrationOf(target), statedOrbit(target), statedPass(target)];
  const isAssumed = target.warnings.some(({ code }) => code === 'PolarizationAssumed');
  const computed: readonly string[] = bands === 4 ? COVARIANCE_RESULT : channels;
  const wanted = given?.map((name) => computed.find((band) => isNamed(band, name)) ?? name);
  const unknown = wanted?.find((band) => !computed.includes(band));
  if (unknown !== undefined || wanted?.length === 0)
    throw new WorkflowError('InvalidArgument', {
      expected: `bands out of ${computed.join(', ')}`,
      found: unknown ?? 'none',
    });
  if (wanted && new Set(wanted).size < wanted.length)
    throw new WorkflowError('InvalidArgument', { expected: 'each band once', found: wanted.join(', ') });
  return {
    ...{ width, height, georeference, computed, channels },
    bands: wanted ?? computed,
    scale: outputScale,
    separate: separateBands,
    metadata: {
      SOFTWARE,
      ...(acquired && { ACQUISITION_TIME: timeText(acquired) }),
      ...(!isAssumed && { POLARIZATIONS: channels.join(' ') }),
      ...(calibration && { CALIBRATION: calibration }),
      ...(orbit !== undefined && { RELATIVE_ORBIT: String(orbit) }),
      ...(pass && { PASS: pass.toUpperCase() }),
      ...(isNoiseSubtracted(target) && { NOISE_SUBTRACTED: 'yes' }),
    },
  };
}

/**
 * Writes despeckled rows as they come; a failure leaves nothing behind.
 *
 * @param provenance of the image; requested once, when all rows are written and before any file is closed.
 * @returns the share of valid pixels, 0 … 1.
 * @throws WorkflowError `NoValidPixels` where all are invalid.
 */
export async function writeResult(
  path: string,
  result: Result,
  provenance: () => Readonly<Record<string, string>>,
  rows: AsyncIterable<RasterRows>,
): Promise<number> {
  const { bands, computed, scale, separate } = result;
  const paths = pathsOfResult(path, result);
  const groups = separate ? bands.map((band) => [band]) : [bands];
  const withUnit = (name: string) => ({ name, unit: isIntensity(name) ? UNITS[scale] : undefined });
  const sinks: Awaited<ReturnType<typeof createOutput>>[] = [];
  const hasHaAlpha = HA_ALPHA_BANDS.some((band) => bands.includes(band));
  let valid = 0;
  let complete: Readonly<Record<string, string>> = {};
  try {
    for (const [i, group] of groups.entries())
      sinks.push(await createOutput(paths[i], { ...result, bands: group.map(withUnit) }, () => complete));
    for await (const { image, mask } of rows) {
      const [count, height, width] = image.shape;
      for (let y = 0; y < height; y += ROWS) {
        const end = Math.min(height, y + ROWS);
        const part = image.hi(count, end, width).lo(0, y, 0);
        const partMask = mask.hi(end, width).lo(y, 0);
        const whole = count === 4 && hasHaAlpha ? withHaAlpha(part, partMask) : part;
        for (const [i, sink] of sinks.entries())
          await sink.write(selected(whole, groups[i], computed, scale), partMask);
      }
      for (const pixel of flatMask(mask)) if (pixel) valid++;
    }
    if (valid === 0)
      throw new WorkflowError('NoValidPixels', `${path}: the result has no valid pixels`, {
        path,
        hint: 'Check that target, previous and next have data in common.',
      });
    complete = provenance();
    for (const sink of sinks) await sink.close();
  } catch (error) {
    for (const sink of sinks) await sink.abort();
    throw error;
  }
  return valid / (result.width * result.height);
}

/** The part of rows of a raster that lies in a window. */
export async function* rowsInside(
  rows: AsyncIterable<RasterRows>,
  { x, y, width, height }: Window,
): AsyncGenerator<RasterRows> {
  for await (const { y: top, image, mask } of rows) {
    const [bands, count] = image.shape;
    const [first, end] = [Math.max(0, y - top), Math.min(count, y + height - top)];
    if (first >= end) continue;
    yield {
      y: top + first - y,
      image: image.hi(bands, end, x + width).lo(0, first, x),
      mask: mask.hi(end, x + width).lo(first, x),
    };
  }
}

/** The wanted bands of an image, intensities in the wanted scale. */
function selected(
  image: Image,
  wanted: readonly string[],
  computed: readonly string[],
  scale: OutputScale,
): Image {
  const [count, rows, cols] = image.shape;
  const isWhole = wanted.length === count && wanted.every((band, b) => band === computed[b]);
  if (isWhole && scale === 'linear') return image;
  const all = planes(image);
  const result = createImage(wanted.length, rows, cols);
  wanted.forEach((band, b) => {
    const plane = all[computed.indexOf(band)];
    const values = isIntensity(band) && scale !== 'linear' ? plane.map(FROM_POWER[scale]) : plane;
    result.data.set(values, b * rows * cols);
  });
  return result;
}
