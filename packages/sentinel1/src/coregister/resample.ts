/** Complex samples as pairs of real and imaginary part, and their validity. */
export interface ComplexRows {
  /** Number of rows, of `width` samples each. */
  rows: number;
  width: number;
  /** [rows, width, 2] */
  data: Float32Array;
  /** 1 = valid; [rows, width]. */
  valid: Uint8Array;
}

/** Tabulated positions between two samples. */
const POSITIONS = 1024;

/** Taps around a position that must be valid: they hold nearly all of the weight. */
const CENTRAL = 4;

/** A windowed sinc: for each tabulated position, `taps` weights with sum 1. */
interface Kernel {
  taps: number;
  weights: Float64Array;
}

const RANGE = kaiserSinc(16, 4);
const AZIMUTH = kaiserSinc(12, 6);

/**
 * Resamples deramped lines of a burst by sinc interpolation, first along range, then along azimuth.
 *
 * @param source Lines of the burst, starting at `firstLine`.
 * @param rows Number of rows of the result.
 * @param samplesOf Sample offsets along a line of the source, at every sample of the result.
 * @param lineOf Line of the burst at a row and a sample of the result.
 */
export function resample(
  source: ComplexRows,
  firstLine: number,
  rows: number,
  samplesOf: (line: number) => Float64Array,
  lineOf: (row: number, sample: number) => number,
): ComplexRows {
  return alongAzimuth(alongRange(source, firstLine, samplesOf), firstLine, rows, lineOf);
}

function alongRange(
  { rows, width, data, valid }: ComplexRows,
  firstLine: number,
  samplesOf: (line: number) => Float64Array,
): ComplexRows {
  const { taps, weights } = RANGE;
  const result = { rows, width, data: new Float32Array(data.length), valid: new Uint8Array(valid.length) };
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    const shifts = samplesOf(firstLine + row);
    for (let x = 0; x < width; x++) {
      const at = x + shifts[x];
      const whole = Math.floor(at);
      const first = whole - taps / 2 + 1;
      if (!isCentralValid(valid, start, 1, whole, width)) continue;
      const table = taps * Math.round((at - whole) * POSITIONS);
      const from = Math.max(0, -first);
      const to = Math.min(taps, width - first);
      let re = 0;
      let im = 0;
      for (let k = from, i = 2 * (start + first + from); k < to; k++, i += 2) {
        const weight = weights[table + k];
        re += weight * data[i];
        im += weight * data[i + 1];
      }
      result.data[2 * (start + x)] = re;
      result.data[2 * (start + x) + 1] = im;
      result.valid[start + x] = 1;
    }
  }
  return result;
}

function alongAzimuth(
  source: ComplexRows,
  firstLine: number,
  rows: number,
  lineOf: (row: number, sample: number) => number,
): ComplexRows {
  const { taps, weights } = AZIMUTH;
  const { width, data, valid } = source;
  const result = {
    rows,
    width,
    data: new Float32Array(2 * rows * width),
    valid: new Uint8Array(rows * width),
  };
  for (let row = 0; row < rows; row++) {
    const [left, right] = [lineOf(row, 0), lineOf(row, width)];
    for (let x = 0; x < width; x++) {
      const at = left + ((right - left) * x) / width - firstLine;
      const whole = Math.floor(at);
      const first = whole - taps / 2 + 1;
      if (!isCentralValid(valid, x, width, whole, source.rows)) continue;
      const table = taps * Math.round((at - whole) * POSITIONS);
      const from = Math.max(0, -first);
      const to = Math.min(taps, source.rows - first);
      let re = 0;
      let im = 0;
      for (let k = from, i = 2 * ((first + from) * width + x); k < to; k++, i += 2 * width) {
        const weight = weights[table + k];
        re += weight * data[i];
        im += weight * data[i + 1];
      }
      const pixel = row * width + x;
      result.data[2 * pixel] = re;
      result.data[2 * pixel + 1] = im;
      result.valid[pixel] = 1;
    }
  }
  return result;
}

/** Whether the central taps are valid, among `size` samples `stride` apart from `start` on. */
function isCentralValid(
  valid: Uint8Array,
  start: number,
  stride: number,
  whole: number,
  size: number,
): boolean {
  const first = whole - CENTRAL / 2 + 1;
  if (first < 0 || first + CENTRAL > size) return false;
  for (let k = first; k < first + CENTRAL; k++) if (!valid[start + k * stride]) return false;
  return true;
}

/** sinc(t) with a Kaiser window over all taps. */
function kaiserSinc(taps: number, beta: number): Kernel {
  const weights = new Float64Array((POSITIONS + 1) * taps);
  for (let p = 0; p <= POSITIONS; p++) {
    const row = weights.subarray(p * taps, (p + 1) * taps);
    for (let k = 0; k < taps; k++) {
      const t = k - taps / 2 + 1 - p / POSITIONS;
      const edge = Math.max(0, 1 - ((2 * t) / taps) ** 2);
      row[k] = (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t)) * besselI0(beta * Math.sqrt(edge));
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let k = 0; k < taps; k++) row[k] /= sum;
  }
  return { taps, weights };
}

/** Modified Bessel function of the first kind of order 0, by its power series. */
function besselI0(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
