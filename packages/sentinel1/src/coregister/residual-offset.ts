import { flatMask, median, planes, robustDeviation } from '@mtpi/polsar-priors';
import { type MaskedImage, SarIoError } from '@mtpi/sar-io';
import FFT from 'fft.js';

/** An offset in lines and samples. */
export interface Offset {
  lines: number;
  samples: number;
}

/** The residual offset between two images: the median over patches. */
export interface ResidualOffset extends Offset {
  /** Standard deviation of a single patch, from the median absolute deviation. */
  deviation: Offset;
  patches: number;
}

/** Largest offset that is searched for, in multilooked pixels. */
const SEARCH = 4;
/** Spacing of the three points of the subpixel parabola, in multilooked pixels, and number of refinements. */
const FINE = 0.25;
const REFINEMENTS = 3;
/** Least correlation at the peak, and least ratio of the peak to the mean magnitude of the correlation. */
const LEAST_CORRELATION = 0.3;
const LEAST_RATIO = 6;

/** Patches needed to correct the offsets from orbits. */
const ENOUGH_PATCHES = 30;
/** Residual offsets (pixels) below this are not corrected. */
const NEGLIGIBLE = 0.1;

/** Whether a residual offset is to be corrected: larger than 0.1 pixel and three times its standard error. */
export function isSignificant({ lines, samples, deviation, patches }: ResidualOffset): boolean {
  const exceeds = (value: number, spread: number) =>
    Math.abs(value) > Math.max(NEGLIGIBLE, (3 * spread) / Math.sqrt(patches));
  if (patches < ENOUGH_PATCHES) return false;
  return exceeds(lines, deviation.lines) || exceeds(samples, deviation.samples);
}

/** Estimates the offset of a second image from a first by amplitude cross-correlation of patches. */
export class OffsetEstimator {
  private readonly lines: number[] = [];
  private readonly samples: number[] = [];
  private readonly fft: FFT;
  private readonly edge: number;
  private readonly taper: Float64Array;

  /**
   * @param patch Rows and columns, `looks` times a power of two.
   * @param looks Rows and columns averaged before correlation; 1 for images that share their speckle.
   * @throws SarIoError `InvalidArgument`.
   */
  constructor(
    private readonly patch: number,
    private readonly looks = 2,
  ) {
    this.edge = patch / looks;
    if (!(this.edge >= 2 && Number.isInteger(looks) && Number.isInteger(Math.log2(this.edge))))
      throw new SarIoError('InvalidArgument', {
        expected: 'a patch of a power of two times the looks',
        found: `${patch} and ${looks} looks`,
      });
    this.fft = new FFT(this.edge);
    this.taper = hann(this.edge);
  }

  /**
   * Correlates all patches of two co-located images, by C11.
   *
   * @throws SarIoError `InvalidArgument` for images of different sizes.
   */
  add(first: MaskedImage, second: MaskedImage): void {
    const [rows, cols] = first.mask.shape;
    const [otherRows, otherCols] = second.mask.shape;
    if (rows !== otherRows || cols !== otherCols)
      throw new SarIoError('InvalidArgument', {
        expected: `a second image of ${rows} × ${cols} pixels, as the first`,
        found: `${otherRows} × ${otherCols}`,
      });
    const { patch, looks } = this;
    const scenes = [first, second].map(({ image, mask }) => ({
      power: planes(image.hi(1))[0],
      valid: flatMask(mask),
      cols,
    }));
    for (let y = 0; y + patch <= rows; y += patch) {
      for (let x = 0; x + patch <= cols; x += patch) {
        const [a, b] = scenes.map((scene) => amplitude(scene, y, x, patch, looks));
        const offset = a && b && this.correlate(a, b);
        if (!offset) continue;
        this.lines.push(offset.lines);
        this.samples.push(offset.samples);
      }
    }
  }

  /** Undefined where too few patches have structure. */
  result(): ResidualOffset | undefined {
    const patches = this.lines.length;
    if (patches < 3) return undefined;
    const [lines, samples] = [median(this.lines), median(this.samples)];
    return {
      lines,
      samples,
      deviation: {
        lines: robustDeviation(this.lines, lines),
        samples: robustDeviation(this.samples, samples),
      },
      patches,
    };
  }

  private correlate(first: Float64Array, second: Float64Array): Offset | undefined {
    const { edge, taper } = this;
    const [a, b] = [this.transform(first.map((value, i) => value * taper[i])), this.transform(second)];
    for (let i = 0; i < a.length; i += 2) {
      const [ar, ai, br, bi] = [a[i], a[i + 1], b[i], b[i + 1]];
      a[i] = ar * br + ai * bi;
      a[i + 1] = ar * bi - ai * br;
    }
    const norm = Math.sqrt(energy(first, taper) * energy(second, taper)) * edge * edge;
    const surface = this.transformPlane(a, true).map((value) => value / norm);
    const at = (y: number, x: number) => surface[2 * (((y + edge) % edge) * edge + ((x + edge) % edge))];
    let [top, left] = [0, 0];
    let sum = 0;
    for (let i = 0; i < surface.length; i += 2) sum += Math.abs(surface[i]);
    for (let y = -SEARCH; y <= SEARCH; y++) {
      for (let x = -SEARCH; x <= SEARCH; x++) if (at(y, x) > at(top, left)) [top, left] = [y, x];
    }
    const peak = at(top, left);
    const inside = Math.abs(top) < SEARCH && Math.abs(left) < SEARCH;
    // NaN where a patch is constant.
    const isDistinct = peak >= LEAST_CORRELATION && peak >= (LEAST_RATIO * sum * 2) / surface.length;
    if (!inside || !isDistinct) return undefined;
    let y = top + vertex(at(top - 1, left), peak, at(top + 1, left));
    let x = left + vertex(at(top, left - 1), peak, at(top, left + 1));
    const between = (down: number, right: number) => this.evaluate(a, y + down * FINE, x + right * FINE);
    for (let i = 0; i < REFINEMENTS; i++) {
      const center = between(0, 0);
      const [down, right] = [
        vertex(between(-1, 0), center, between(1, 0)),
        vertex(between(0, -1), center, between(0, 1)),
      ];
      y += FINE * Math.max(-1, Math.min(1, down));
      x += FINE * Math.max(-1, Math.min(1, right));
    }
    return { lines: this.looks * y, samples: this.looks * x };
  }

  /** The correlation at a position between pixels: the inverse transform of its spectrum there. */
  private evaluate(spectrum: Float64Array, y: number, x: number): number {
    const { edge } = this;
    const turn = (at: number) =>
      Array.from({ length: edge }, (_, k) => (2 * Math.PI * at * (k < edge / 2 ? k : k - edge)) / edge);
    const columns = turn(x);
    const [cos, sin] = [columns.map(Math.cos), columns.map(Math.sin)];
    let total = 0;
    for (const [row, angle] of turn(y).entries()) {
      let [re, im] = [0, 0];
      for (let k = 0, i = 2 * row * edge; k < edge; k++, i += 2) {
        re += spectrum[i] * cos[k] - spectrum[i + 1] * sin[k];
        im += spectrum[i] * sin[k] + spectrum[i + 1] * cos[k];
      }
      total += re * Math.cos(angle) - im * Math.sin(angle);
    }
    return total;
  }

  private transform(values: Float64Array): Float64Array {
    const plane = new Float64Array(2 * values.length);
    for (let i = 0; i < values.length; i++) plane[2 * i] = values[i];
    return this.transformPlane(plane, false);
  }

  /** 2-D transform; the inverse is not scaled. */
  private transformPlane(plane: Float64Array, inverse: boolean): Float64Array {
    return this.transformRows(this.transformRows(plane, inverse), inverse);
  }

  /** Transforms the rows, and transposes. */
  private transformRows(plane: Float64Array, inverse: boolean): Float64Array {
    const { edge, fft } = this;
    const result = new Float64Array(plane.length);
    const row: number[] = fft.createComplexArray();
    for (let y = 0; y < edge; y++) {
      const values = plane.subarray(2 * y * edge, 2 * (y + 1) * edge);
      if (inverse) fft.inverseTransform(row, values);
      else fft.transform(row, values);
      const scale = inverse ? edge : 1;
      for (let x = 0; x < edge; x++) {
        result[2 * (x * edge + y)] = scale * row[2 * x];
        result[2 * (x * edge + y) + 1] = scale * row[2 * x + 1];
      }
    }
    return result;
  }
}

/** Multilooked amplitude of a patch less its mean; undefined where a pixel is invalid. */
function amplitude(
  { power, valid, cols }: { power: Float32Array; valid: Uint8Array; cols: number },
  top: number,
  left: number,
  patch: number,
  looks: number,
): Float64Array | undefined {
  const edge = patch / looks;
  const result = new Float64Array(edge * edge);
  for (let y = 0; y < patch; y++) {
    for (let x = 0; x < patch; x++) {
      const i = (top + y) * cols + left + x;
      if (!valid[i]) return undefined;
      result[Math.floor(y / looks) * edge + Math.floor(x / looks)] += power[i];
    }
  }
  let mean = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = Math.sqrt(result[i]);
    mean += result[i] / result.length;
  }
  return result.map((value) => value - mean);
}

const energy = (values: Float64Array, weights: Float64Array) =>
  values.reduce((sum, value, i) => sum + weights[i] * value * value, 0);

/** Hann window over a square. Only one of the two patches is tapered, so that the estimate is not biased towards 0. */
function hann(edge: number): Float64Array {
  const along = (i: number) => Math.sin((Math.PI * (i + 0.5)) / edge) ** 2;
  return Float64Array.from({ length: edge * edge }, (_, i) => along(Math.floor(i / edge)) * along(i % edge));
}

/** Position of the vertex of a parabola through three points, from −½ to ½. */
const vertex = (before: number, peak: number, after: number) =>
  (after - before) / (2 * (2 * peak - before - after));
