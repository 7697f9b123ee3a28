import type { MaskedImage, ReadOptions } from '@mtpi/sar-io';
import type { StateVector } from '../product/annotation';
import type { Alignment } from './alignment';
import type { BurstSource } from './burst-source';
import { type Block, type Offset, secondaryLine } from './covariance-block';
import type { CovariancePool } from './covariance-pool';
import { emptyStrip } from './row-stream';
import type { StackGrid } from './stack-grid';

/** Lines that are worked on at a time: little memory, and few lines that neighbours read twice. */
const BLOCK = 256;

/** Lines that interpolation reaches to each side. */
const REACH = 6;

/** One date of a swath on the reference's grid; without alignments it is the reference itself. */
export interface SecondarySwath {
  source: BurstSource;
  orbit: readonly StateVector[];
  alignments?: ReadonlyMap<number, Alignment>;
  correction: Offset;
}

/**
 * The covariance of a date, debursted on the reference's cuts; two bands of noise follow where it is subtracted.
 *
 * @param ahead Blocks that are made while one is worked on.
 */
export async function* dateRows(
  date: SecondarySwath,
  grid: StackGrid,
  pool: CovariancePool,
  ahead: number,
  options: ReadOptions,
): AsyncGenerator<MaskedImage> {
  const running: Promise<MaskedImage>[] = [];
  for (const { burst, firstLine, lines } of grid.segments) {
    for (let line = firstLine; line < firstLine + lines; line += BLOCK) {
      options.signal?.throwIfAborted();
      const next = dateLines(date, burst, line, Math.min(BLOCK, firstLine + lines - line), pool, options);
      next.catch(() => {}); // awaited below, later
      running.push(next);
      if (running.length > ahead) yield await running.shift()!;
    }
  }
  yield* running;
}

/** The covariance of lines of one of the reference's bursts. */
export async function dateLines(
  date: SecondarySwath,
  burst: number,
  firstLine: number,
  lines: number,
  pool: CovariancePool,
  options: ReadOptions,
): Promise<MaskedImage> {
  const block = await readBlock(date, burst, firstLine, lines, options);
  const { annotation, noiseBands } = date.source;
  return block ? pool.run(block) : emptyStrip(4 + noiseBands, lines, annotation.samples);
}

/** Nothing where the date has none of the lines. */
async function readBlock(
  { source, orbit, alignments, correction }: SecondarySwath,
  burst: number,
  firstLine: number,
  lines: number,
  options: ReadOptions,
): Promise<Block | undefined> {
  const { annotation, calibration } = source;
  const common = { annotation, orbit, calibration, firstLine, lines };
  if (!alignments) {
    const channels = await source.read(burst, firstLine, lines, options);
    return { ...common, burst, top: firstLine, channels };
  }
  const alignment = alignments.get(burst);
  if (!alignment) return undefined;
  const placement = { alignment, correction };
  const ends = [firstLine, firstLine + lines - 1].flatMap((line) =>
    [0, annotation.samples].map((sample) => secondaryLine(placement, line, sample)),
  );
  const top = Math.max(0, Math.floor(Math.min(...ends)) - REACH);
  const bottom = Math.min(annotation.linesPerBurst, Math.ceil(Math.max(...ends)) + REACH + 1);
  if (bottom <= top) return undefined;
  const channels = await source.read(alignment.burst, top, bottom - top, options);
  return { ...common, burst: alignment.burst, top, channels, placement };
}
