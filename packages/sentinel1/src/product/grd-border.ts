import type { JobOptions } from '@mtpi/jobs';
import { planes, type Window } from '@mtpi/polsar-priors';
import type { MaskedImage, ReadOptions } from '@mtpi/sar-io';

/** Processors from this version on set the border of the image to 0; older ones leave noise there. */
const FIRST_CLEAN_VERSION = 2.9;

/** Window of the running mean that separates border noise from the image. */
const MEAN_LINES = 8;
const MEAN_SAMPLES = 16;
/** Amplitudes (DN) below this are border noise, as in ESA's masking procedure (MPC-0243). */
const LEAST_AMPLITUDE = 30;
/** Border noise is looked for up to this distance (pixels) from the edge, and a quarter of the image. */
const WIDEST_BORDER = 2000;
/** The border at a line is the widest one within this distance (pixels). */
const NEIGHBORHOOD = 250;

/** Zeros in succession along a line from which on they are a gap: shorter runs occur over calm water. */
const GAP_SAMPLES = 16;

/** Lines read at a time, a multiple of the window. */
const LINES = 8 * MEAN_LINES;

/** An image of amplitudes that is read window by window. */
interface AmplitudeImage {
  readonly width: number;
  readonly height: number;
  read(window: Window, options?: ReadOptions): Promise<MaskedImage>;
}

/** The valid part of a GRD image. A pixel is valid within the bounds of its line and of its sample. */
export interface GrdBorder {
  /** First and last valid sample of each line; 0 and −1 where there is none. */
  firstSample: Int32Array;
  lastSample: Int32Array;
  /** First and last valid line of each sample. */
  firstLine: Int32Array;
  lastLine: Int32Array;
  /** First and last sample of each gap within the bounds of a line, by line. */
  gaps: ReadonlyMap<number, readonly (readonly [number, number])[]>;
}

/**
 * Finds the border of a GRD image in one pass: pixels of amplitude 0 that are connected to an edge along a line or a column
 * and, for processors before 2.90, the noise there. Inside the image, 16 zeros in succession along a line are a gap, as where lines of a swath are missing; fewer are
 * valid, such as over calm water.
 *
 * Border noise ends at the first window of 8 lines × 16 samples with a mean amplitude of 30; where there is none within 2000
 * pixels, as over a calm sea, the border of the lines around holds.
 *
 * @param image Amplitudes of the co-polarized channel.
 * @param processorVersion Version of the IPF.
 */
export async function findGrdBorder(
  image: AmplitudeImage,
  processorVersion: number,
  { signal, onProgress }: JobOptions = {},
): Promise<GrdBorder> {
  const { width, height } = image;
  const noisy = processorVersion < FIRST_CLEAN_VERSION;
  const gaps = new Map<number, [number, number][]>();
  const zeros: GrdBorder = {
    gaps,
    firstSample: new Int32Array(height),
    lastSample: new Int32Array(height).fill(-1),
    firstLine: new Int32Array(width).fill(height),
    lastLine: new Int32Array(width).fill(-1),
  };
  const noise: GrdBorder = {
    gaps,
    firstSample: new Int32Array(height),
    lastSample: new Int32Array(height).fill(width - 1),
    firstLine: new Int32Array(width).fill(height),
    lastLine: new Int32Array(width).fill(-1),
  };
  for (let y = 0; y < height; y += LINES) {
    const rows = Math.min(LINES, height - y);
    const read = await image.read({ x: 0, y, width, height: rows }, { signal });
    const [amplitudes] = planes(read.image);
    for (let r = 0; r < rows; r++) {
      const line = amplitudes.subarray(r * width, (r + 1) * width);
      const first = line.findIndex((value) => value > 0);
      if (first < 0) continue;
      zeros.firstSample[y + r] = first;
      zeros.lastSample[y + r] = line.findLastIndex((value) => value > 0);
      let before = first;
      for (let x = first; x < width; x++) {
        if (line[x] === 0) continue;
        if (x - before > GAP_SAMPLES) gaps.set(y + r, [...(gaps.get(y + r) ?? []), [before + 1, x - 1]]);
        before = x;
        if (zeros.lastLine[x] < 0) zeros.firstLine[x] = y + r;
        zeros.lastLine[x] = y + r;
      }
    }
    if (noisy) {
      for (let r = 0; r < rows; r += MEAN_LINES)
        addNoiseBorder(noise, amplitudes, r, Math.min(MEAN_LINES, rows - r), y);
    }
    onProgress?.({ stage: 'detecting border noise', done: y + rows, total: height, unit: 'lines' });
  }
  return noisy ? combine(zeros, noise) : zeros;
}

/** Finds where border noise ends in a block of lines, and which samples are above it. */
function addNoiseBorder(
  { firstSample, lastSample, firstLine, lastLine }: GrdBorder,
  amplitudes: Float32Array,
  row: number,
  rows: number,
  y: number,
): void {
  const width = firstLine.length;
  const sums = new Float64Array(width + 1);
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let r = row; r < row + rows; r++) sum += amplitudes[r * width + x];
    sums[x + 1] = sums[x] + sum;
  }
  const samples = Math.min(MEAN_SAMPLES, width);
  const isImage = (x: number) => sums[x + samples] - sums[x] >= LEAST_AMPLITUDE * rows * samples;
  const widest = Math.min(WIDEST_BORDER, width >> 2);
  let [left, right] = [0, width - samples];
  while (left < widest && !isImage(left)) left++;
  while (right > width - samples - widest && !isImage(right)) right--;
  for (let r = 0; r < rows; r++) {
    // The far end of the window is inside the image for sure.
    if (left > 0 && left < widest) firstSample[y + row + r] = left + samples - 1;
    if (right < width - samples && right > width - samples - widest) lastSample[y + row + r] = right;
  }
  for (let x = 0; x + samples <= width; x += samples) {
    if (!isImage(x)) continue;
    for (let i = x; i < Math.min(x + samples, width); i++) {
      firstLine[i] = Math.min(firstLine[i], y + row + (y + row > 0 ? rows - 1 : 0));
      lastLine[i] = y + row + rows >= lastSample.length ? y + row + rows - 1 : y + row;
    }
  }
}

/** The valid part within both borders; that of noise in the neighborhood, where it is not wider than a border may be. */
function combine(zeros: GrdBorder, noise: GrdBorder): GrdBorder {
  const height = zeros.firstSample.length;
  const widest = Math.min(WIDEST_BORDER, height >> 2);
  const firstLine = noise.firstLine.map((line) => (line < widest ? line : 0));
  const lastLine = noise.lastLine.map((line) => (line > height - 1 - widest ? line : height - 1));
  const larger = (a: number, b: number) => Math.max(a, b);
  const smaller = (a: number, b: number) => Math.min(a, b);
  const join = (own: Int32Array, around: Int32Array, pick: (a: number, b: number) => number) =>
    extremes(around, pick).map((value, i) => pick(value, own[i]));
  return {
    gaps: zeros.gaps,
    firstSample: join(zeros.firstSample, noise.firstSample, larger),
    lastSample: join(zeros.lastSample, noise.lastSample, smaller),
    firstLine: join(zeros.firstLine, firstLine, larger),
    lastLine: join(zeros.lastLine, lastLine, smaller),
  };
}

/** Running extremes over the neighborhood. */
function extremes(values: Int32Array, pick: (a: number, b: number) => number): Int32Array {
  return values.map((_, i) =>
    values.subarray(Math.max(0, i - NEIGHBORHOOD), i + NEIGHBORHOOD + 1).reduce(pick),
  );
}
