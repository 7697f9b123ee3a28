import { SarIoError } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import { interpolateTable, isAscending } from './linear-table';

/** What the backscatter is referred to: σ⁰ to the ground, β⁰ to the slant range plane, γ⁰ to the wave front. */
export type BackscatterConvention = 'sigma' | 'beta' | 'gamma';

const TABLES: Record<BackscatterConvention, string> = {
  sigma: 'sigmaNought',
  beta: 'betaNought',
  gamma: 'gamma',
};

/** A at some samples of a line of the burst-stacked measurement, for each kind. */
export interface CalibrationVector extends Record<BackscatterConvention, Float64Array> {
  line: number;
  pixel: Float64Array;
}

/**
 * The calibration look-up table of one swath and polarization: A in σ⁰ = |DN|² / A², so that the calibrated complex
 * sample is S = DN / A. Interpolated bilinearly over line and sample, as ESA defines it; lines are those of the
 * burst-stacked measurement, so that calibration comes before deburst.
 */
export class Calibration {
  private constructor(
    readonly path: string,
    /** In order of lines. */
    readonly vectors: readonly CalibrationVector[],
  ) {}

  /**
   * @param xml What `annotation/calibration/calibration-….xml` holds.
   * @throws SarIoError `CorruptFile`.
   */
  static parse(xml: string, path: string): Calibration {
    const root = XmlElement.parse(xml, path, 'calibration');
    const vectors = root.list('calibrationVectorList/calibrationVector').map(parseVector);
    if (vectors.length < 2 || !isAscending(vectors.map(({ line }) => line))) {
      root.fail('two or more calibration vectors of ascending lines', `${vectors.length}`);
    }
    return new Calibration(path, vectors);
  }

  /**
   * A for lines of the samples x … x + width − 1.
   *
   * @throws SarIoError `InvalidArgument` for an unknown kind or an empty range.
   */
  rows(kind: BackscatterConvention, x: number, width: number): CalibrationLut {
    if (!(kind in TABLES) || !Number.isInteger(x) || !(width >= 1)) {
      throw new SarIoError(
        'InvalidArgument',
        `calibration: expected sigma, beta or gamma and whole samples, got ${kind} of ${width} at ${x}`,
      );
    }
    return new CalibrationLut(this.vectors, kind, x, width);
  }
}

/** Rows of a calibration table; going from line to line costs one multiplication and addition per sample. */
export class CalibrationLut {
  private current = -1;
  private base: Float64Array = new Float64Array();
  private slope: Float64Array = new Float64Array();

  constructor(
    private readonly vectors: readonly CalibrationVector[],
    private readonly kind: BackscatterConvention,
    private readonly x: number,
    private readonly width: number,
  ) {}

  /** A at every sample of a line of the burst-stacked measurement; into `target` where one is given. */
  at(line: number, target = new Float64Array(this.width)): Float64Array {
    const { vectors } = this;
    const next = vectors.findIndex((vector) => vector.line > line);
    const index = Math.max(0, (next < 0 ? vectors.length : next) - 1);
    this.prepare(Math.min(index, vectors.length - 2));
    const { base, slope } = this;
    const lines = line - vectors[this.current].line;
    for (let i = 0; i < base.length; i++) target[i] = base[i] + lines * slope[i];
    return target;
  }

  private prepare(index: number): void {
    if (this.current === index) return;
    const { vectors, kind, x, width } = this;
    const [upper, lower] = [vectors[index], vectors[index + 1]];
    this.base = interpolateTable(upper.pixel, upper[kind], x, width);
    const below = interpolateTable(lower.pixel, lower[kind], x, width);
    this.slope = below.map((value, i) => (value - this.base[i]) / (lower.line - upper.line));
    this.current = index;
  }
}

function parseVector(vector: XmlElement): CalibrationVector {
  const pixel = vector.numbers('pixel');
  const table = (kind: BackscatterConvention) => {
    const values = vector.numbers(TABLES[kind]);
    if (values.length !== pixel.length)
      vector.fail(`${pixel.length} numbers in ${TABLES[kind]}`, `${values.length}`);
    return values;
  };
  if (pixel.length === 0 || !isAscending(pixel))
    vector.fail('ascending pixels', `${pixel.length} in another order`);
  return {
    line: vector.number('line'),
    pixel,
    sigma: table('sigma'),
    beta: table('beta'),
    gamma: table('gamma'),
  };
}
