import { SarIoError } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import { type AdsHeader, checkHeader } from './ads-header';
import { interpolateTable, isAscending } from './lookup-table';

/** Reference area of the backscatter: σ⁰ the ground, β⁰ the slant range plane, γ⁰ the plane perpendicular to the line of sight. */
export type BackscatterConvention = 'sigma0' | 'beta0' | 'gamma0';

/** Names of the tables in the calibration annotation. */
const TABLES: Readonly<Record<BackscatterConvention, string>> = {
  sigma0: 'sigmaNought',
  beta0: 'betaNought',
  gamma0: 'gamma',
};

export const BACKSCATTER_CONVENTIONS = Object.keys(TABLES) as readonly BackscatterConvention[];

/** A of each convention at some samples of a line of the measurement image. */
export interface CalibrationVector extends Record<BackscatterConvention, Float64Array> {
  line: number;
  pixel: Float64Array;
}

/**
 * The calibration of one swath and polarization: tables of A in σ⁰ = |DN|² / A², so that the calibrated complex sample is
 * S = DN / A. Interpolated bilinearly over line and sample, as ESA defines it. Lines are those of the measurement image
 * (bursts concatenated), so calibration comes before debursting.
 */
export class Calibration {
  private constructor(
    readonly path: string,
    /** By ascending line. */
    readonly vectors: readonly CalibrationVector[],
  ) {}

  /**
   * @param xml Content of `annotation/calibration/calibration-….xml`.
   * @throws SarIoError `CorruptFile`, also where its header states something else than the annotation.
   */
  static parse(xml: string, path: string, annotation: AdsHeader): Calibration {
    const root = XmlElement.parse(xml, path, 'calibration');
    checkHeader(root, annotation);
    const vectors = root.list('calibrationVectorList/calibrationVector').map(parseVector);
    if (vectors.length < 2 || !isAscending(vectors.map(({ line }) => line))) {
      root.fail('two or more calibration vectors with ascending lines', `${vectors.length}`);
    }
    return new Calibration(path, vectors);
  }

  /**
   * The look-up table of the samples x … x + width − 1.
   *
   * @throws SarIoError `InvalidArgument` for an unknown convention or an empty range.
   */
  lut(convention: BackscatterConvention, x: number, width: number): CalibrationLut {
    if (!BACKSCATTER_CONVENTIONS.includes(convention) || !Number.isInteger(x) || !(width >= 1)) {
      throw new SarIoError('InvalidArgument', {
        path: this.path,
        expected: `${BACKSCATTER_CONVENTIONS.join(', ')} and a range of samples`,
        found: `${convention}, ${width} samples from ${x}`,
      });
    }
    return new CalibrationLut(this.vectors, convention, x, width);
  }
}

/** Look-up table of A over line and sample; a line costs one multiplication and addition per sample. */
export class CalibrationLut {
  private current = -1;
  private base: Float64Array = new Float64Array();
  private slope: Float64Array = new Float64Array();

  constructor(
    private readonly vectors: readonly CalibrationVector[],
    private readonly convention: BackscatterConvention,
    private readonly x: number,
    private readonly width: number,
  ) {}

  /** A at every sample of a line of the measurement image (bursts concatenated), into `target` if given. */
  interpolate(line: number, target = new Float64Array(this.width)): Float64Array {
    const { vectors } = this;
    const next = vectors.findIndex((vector) => vector.line > line);
    const index = Math.max(0, (next < 0 ? vectors.length : next) - 1);
    this.selectInterval(Math.min(index, vectors.length - 2));
    const { base, slope } = this;
    const lines = line - vectors[this.current].line;
    for (let i = 0; i < base.length; i++) target[i] = base[i] + lines * slope[i];
    return target;
  }

  private selectInterval(index: number): void {
    if (this.current === index) return;
    const { vectors, convention, x, width } = this;
    const [upper, lower] = [vectors[index], vectors[index + 1]];
    this.base = interpolateTable(upper.pixel, upper[convention], x, width);
    const below = interpolateTable(lower.pixel, lower[convention], x, width);
    this.slope = below.map((value, i) => (value - this.base[i]) / (lower.line - upper.line));
    this.current = index;
  }
}

function parseVector(vector: XmlElement): CalibrationVector {
  const pixel = vector.numbers('pixel');
  const table = (convention: BackscatterConvention) => {
    const values = vector.numbers(TABLES[convention]);
    if (values.length !== pixel.length)
      vector.fail(`${pixel.length} numbers in ${TABLES[convention]}`, `${values.length}`);
    if (!values.every((value) => value > 0))
      vector.fail(`positive numbers in ${TABLES[convention]}`, `${values.find((value) => !(value > 0))}`);
    return values;
  };
  if (pixel.length === 0 || !isAscending(pixel))
    vector.fail('ascending pixels', `${pixel.length} in another order`);
  return {
    line: vector.number('line'),
    pixel,
    sigma0: table('sigma0'),
    beta0: table('beta0'),
    gamma0: table('gamma0'),
  };
}
