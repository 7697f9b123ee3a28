import { XmlElement } from '@mtpi/sar-io/node';
import { type AdsHeader, checkHeader } from './ads-header';
import type { Burst } from './annotation';
import { interpolateTable, parseTable } from './lookup-table';

/** Noise power (DN²) at some samples, at a time (s). */
export interface RangeVector {
  time: number;
  pixel: Float64Array;
  power: Float64Array;
}

/** Factors at some lines of the measurement image. */
export interface AzimuthVector {
  line: Float64Array;
  factor: Float64Array;
}

/**
 * The thermal noise power of one swath and polarization in DN², to be subtracted from averaged |DN|². The noise of a line is
 * the range vector of its burst times an azimuth factor.
 */
export class ThermalNoise {
  private constructor(
    readonly path: string,
    private readonly range: readonly RangeVector[],
    private readonly azimuth: AzimuthVector | undefined,
  ) {}

  /**
   * @param xml Content of `annotation/calibration/noise-….xml`; processors before 2.90 have no azimuth factors.
   * @throws SarIoError `CorruptFile`, also where its header states something else than the annotation.
   */
  static parse(xml: string, path: string, annotation: AdsHeader): ThermalNoise {
    const root = XmlElement.parse(xml, path, 'noise');
    checkHeader(root, annotation);
    const range = parseRangeVectors(root, annotation.epoch);
    if (range.length === 0) root.fail('noise range vectors', 'none');
    const [azimuth] = root.all('noiseAzimuthVectorList/noiseAzimuthVector').map(parseAzimuthVector);
    return new ThermalNoise(path, range, azimuth);
  }

  /**
   * The noise of a burst at the samples x … x + width − 1: the range vector nearest in time. The annotated `line` and the
   * position in the list are off by one or two bursts in most products.
   */
  burst({ time }: Pick<Burst, 'time'>, x: number, width: number): BurstNoise {
    const distance = (vector: RangeVector) => Math.abs(vector.time - time);
    const nearest = this.range.reduce((best, vector) => (distance(vector) < distance(best) ? vector : best));
    return { range: interpolateTable(nearest.pixel, nearest.power, x, width), azimuth: this.azimuth };
  }

  /** The noise of a line of a StripMap image by its time (s): linear between the range vectors before and after it. */
  atTime(time: number, x: number, width: number): BurstNoise {
    const before = this.range.findLast((vector) => vector.time <= time) ?? this.range[0];
    const after = this.range.find((vector) => vector.time > time) ?? before;
    const share = after === before ? 0 : (time - before.time) / (after.time - before.time);
    const [first, second] = [before, after].map(({ pixel, power }) =>
      interpolateTable(pixel, power, x, width),
    );
    return { range: first.map((power, i) => power + share * (second[i] - power)), azimuth: this.azimuth };
  }
}

/** The thermal noise of one burst. */
export interface BurstNoise {
  /** Noise power (DN²) at every sample. */
  readonly range: Float64Array;
  readonly azimuth: AzimuthVector | undefined;
}

/** Noise power (DN²) at every sample of a line of the measurement image (bursts concatenated). */
export function noisePower({ range, azimuth }: BurstNoise, line: number): Float64Array {
  const factor = azimuth ? interpolateTable(azimuth.line, azimuth.factor, line, 1)[0] : 1;
  return range.map((power) => factor * power);
}

/** The range vectors of a file; those of processors before 2.90 have other names. */
export function parseRangeVectors(root: XmlElement, epoch: string): RangeVector[] {
  const [list, table] = root.find('noiseVectorList')
    ? ['noiseVectorList/noiseVector', 'noiseLut']
    : ['noiseRangeVectorList/noiseRangeVector', 'noiseRangeLut'];
  return root.list(list).map((vector) => {
    const [pixel, power] = parseTable(vector, 'pixel', table);
    return { time: vector.time('azimuthTime', epoch), pixel, power };
  });
}

export function parseAzimuthVector(vector: XmlElement): AzimuthVector {
  const [line, factor] = parseTable(vector, 'line', 'noiseAzimuthLut');
  return { line, factor };
}
