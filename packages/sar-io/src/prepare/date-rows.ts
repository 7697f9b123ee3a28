import type { MaskedImage, ReadOptions } from '../raster';
import type { StateVector } from '../sentinel1/annotation';
import { type Alignment, linesAt, samplesAlong } from './alignment';
import type { BurstSource } from './burst-source';
import type { ComplexRows } from './calibrate';
import { covarianceRows } from './covariance-rows';
import { BurstPhase } from './deramp';
import { resample } from './resample';
import type { StackGrid } from './stack-grid';
import { emptyStrip } from './strips';

/** Lines that are worked on at a time: little memory, and few lines that neighbours read twice. */
const BLOCK = 256;

/** Lines that interpolation reaches to each side. */
const REACH = 6;

/** A constant that alignments are corrected by. */
export interface Shift {
  lines: number;
  samples: number;
}

/** One date of a swath on the reference's grid; without alignments it is the reference itself. */
export interface DateSwath {
  source: BurstSource;
  orbit: readonly StateVector[];
  alignments?: ReadonlyMap<number, Alignment>;
  correction: Shift;
}

/** The covariance of a date, debursted on the reference's cuts; two bands of noise follow where it is subtracted. */
export async function* dateRows(
  date: DateSwath,
  grid: StackGrid,
  options: ReadOptions,
): AsyncGenerator<MaskedImage> {
  for (const { burst, firstLine, lines } of grid.segments) {
    for (let line = firstLine; line < firstLine + lines; line += BLOCK) {
      options.signal?.throwIfAborted();
      yield await covarianceBlock(date, burst, line, Math.min(BLOCK, firstLine + lines - line), options);
    }
  }
}

/** Lines of one of the reference's bursts. */
export async function covarianceBlock(
  date: DateSwath,
  burst: number,
  firstLine: number,
  lines: number,
  options: ReadOptions,
): Promise<MaskedImage> {
  const { source, alignments, correction } = date;
  if (!alignments) {
    const channels = await source.read(burst, firstLine, lines, options);
    return covarianceRows(channels, (row) => source.noiseAt(burst, firstLine + row));
  }
  const alignment = alignments.get(burst);
  const { samples, linesPerBurst } = source.annotation;
  const empty = () => emptyStrip(4 + source.noiseAt(0, 0).length, lines, samples);
  if (!alignment) return empty();
  const lineAt = (line: number, sample: number) => line + linesAt(alignment, line, sample) + correction.lines;
  const ends = [firstLine, firstLine + lines - 1].flatMap((line) => [lineAt(line, 0), lineAt(line, samples)]);
  const top = Math.max(0, Math.floor(Math.min(...ends)) - REACH);
  const bottom = Math.min(linesPerBurst, Math.ceil(Math.max(...ends)) + REACH + 1);
  if (bottom <= top) return empty();
  const channels = await source.read(alignment.burst, top, bottom - top, options);
  new BurstPhase(source.annotation, alignment.burst, date.orbit).remove(channels, top);
  const shifts = new Float64Array(samples);
  const samplesOf = (line: number) => {
    samplesAlong(alignment, line - linesAt(alignment, line, samples / 2), shifts);
    for (let x = 0; x < samples; x++) shifts[x] += correction.samples;
    return shifts;
  };
  const resampled: ComplexRows[] = channels.map((channel) =>
    resample(channel, top, lines, samplesOf, (row, sample) => lineAt(firstLine + row, sample)),
  );
  return covarianceRows(resampled, (row) => {
    const line = Math.round(lineAt(firstLine + row, samples / 2));
    return source.noiseAt(alignment.burst, Math.max(0, Math.min(linesPerBurst - 1, line)));
  });
}
