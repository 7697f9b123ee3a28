import { XmlElement } from '@mtpi/sar-io/node';
import type { Burst } from './annotation';
import { interpolateTable, isAscending } from './linear-table';

interface RangeVector {
  time: number;
  pixel: Float64Array;
  power: Float64Array;
}

/** Factors at some lines of the burst-stacked measurement. */
interface AzimuthVector {
  line: Float64Array;
  factor: Float64Array;
}

/**
 * The thermal noise of one swath and polarization, in DN² (linear power): what to subtract from |DN|², after
 * averaging. The noise of a line is a vector over range, one for every burst, times a factor over azimuth.
 */
export class Noise {
  private constructor(
    readonly path: string,
    private readonly range: readonly RangeVector[],
    private readonly azimuth: AzimuthVector | undefined,
  ) {}

  /**
   * @param xml What `annotation/calibration/noise-….xml` holds; before processor version 2.90 without azimuth factors.
   * @param epoch That of the annotation whose bursts are asked for.
   * @throws SarIoError `CorruptFile`.
   */
  static parse(xml: string, path: string, epoch: string): Noise {
    const root = XmlElement.parse(xml, path, 'noise');
    const old = root.find('noiseVectorList') !== undefined;
    const range = old
      ? root.list('noiseVectorList/noiseVector').map((v) => rangeVector(v, 'noiseLut', epoch))
      : root.list('noiseRangeVectorList/noiseRangeVector').map((v) => rangeVector(v, 'noiseRangeLut', epoch));
    if (range.length === 0) root.fail('noise vectors over range', 'none');
    const [azimuth] = root.all('noiseAzimuthVectorList/noiseAzimuthVector').map(azimuthVector);
    return new Noise(path, range, azimuth);
  }

  /**
   * The noise of a burst, for lines of the samples x … x + width − 1. A burst's vector is the one whose time is nearest
   * to its own: the `line` and the position in the list are off by one or two bursts in most products.
   */
  rows(burst: Pick<Burst, 'time'>, x: number, width: number): NoiseRows {
    const away = (vector: RangeVector) => Math.abs(vector.time - burst.time);
    const nearest = this.range.reduce((best, vector) => (away(vector) < away(best) ? vector : best));
    return new NoiseRows(interpolateTable(nearest.pixel, nearest.power, x, width), this.azimuth);
  }
}

/** What the rows of the noise of one burst are made of. */
export interface NoiseTable {
  /** Noise (DN²) at every sample. */
  readonly range: Float64Array;
  readonly azimuth: AzimuthVector | undefined;
}

/** Rows of the noise of one burst. */
export class NoiseRows implements NoiseTable {
  constructor(
    readonly range: Float64Array,
    readonly azimuth: AzimuthVector | undefined,
  ) {}

  /**
   * Noise (DN²) at every sample of a line of the burst-stacked measurement; into `target` where one is given. 0 where
   * the product has none.
   */
  at(line: number, target = new Float64Array(this.range.length)): Float64Array {
    const factor = this.azimuth ? interpolateTable(this.azimuth.line, this.azimuth.factor, line, 1)[0] : 1;
    for (let i = 0; i < target.length; i++) target[i] = factor * this.range[i];
    return target;
  }
}

function rangeVector(vector: XmlElement, table: string, epoch: string): RangeVector {
  const [pixel, power] = tablePair(vector, 'pixel', table);
  return { time: vector.time('azimuthTime', epoch), pixel, power };
}

function azimuthVector(vector: XmlElement): AzimuthVector {
  const [line, factor] = tablePair(vector, 'line', 'noiseAzimuthLut');
  return { line, factor };
}

function tablePair(vector: XmlElement, position: string, table: string): [Float64Array, Float64Array] {
  const [xs, ys] = [vector.numbers(position), vector.numbers(table)];
  if (xs.length === 0 || xs.length !== ys.length || !isAscending(xs)) {
    vector.fail(`as many ascending numbers in ${position} as in ${table}`, `${xs.length} and ${ys.length}`);
  }
  return [xs, ys];
}
