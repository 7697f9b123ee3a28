import { SarIoError } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import { type AdsHeader, checkHeader } from './ads-header';
import type { GrdAnnotation, SwathBounds } from './grd-annotation';
import { interpolateTable, isAscending } from './lookup-table';
import { type AzimuthVector, parseAzimuthVector, parseRangeVectors, type RangeVector } from './thermal-noise';

/** Azimuth factors of a part of the image. */
interface AzimuthBlock extends SwathBounds, AzimuthVector {}

/**
 * The thermal noise power of one polarization of a GRD product in DN², to be subtracted from averaged DN²: range vectors,
 * linear in time and sample, times the azimuth factor of the block that a pixel is in. Processors before 2.90 have no azimuth
 * factors.
 */
export class GrdNoise {
  private constructor(
    readonly path: string,
    private readonly annotation: Pick<GrdAnnotation, 'firstLineTime' | 'azimuthTimeInterval'>,
    private readonly range: readonly RangeVector[],
    private readonly blocks: readonly AzimuthBlock[],
  ) {}

  /**
   * @param xml Content of `annotation/calibration/noise-….xml`.
   * @throws SarIoError `CorruptFile`, also where its header states something else than the annotation; `UnsupportedFormat` where all values are 0, as those of processors before 2.5.
   */
  static parse(
    xml: string,
    path: string,
    annotation: AdsHeader & Pick<GrdAnnotation, 'firstLineTime' | 'azimuthTimeInterval'>,
  ): GrdNoise {
    const root = XmlElement.parse(xml, path, 'noise');
    checkHeader(root, annotation);
    const range = parseRangeVectors(root, annotation.epoch);
    if (range.length < 2 || !isAscending(range.map(({ time }) => time)))
      root.fail('two or more noise range vectors in chronological order', `${range.length}`);
    if (range.every(({ power }) => power.every((value) => value === 0))) {
      throw new SarIoError('UnsupportedFormat', {
        path,
        expected: 'thermal noise',
        found: 'zeros only',
        hint: 'process it without thermal noise correction',
      });
    }
    const blocks = root.all('noiseAzimuthVectorList/noiseAzimuthVector').map(parseBlock);
    return new GrdNoise(path, annotation, range, blocks);
  }

  /** Noise power (DN²) at the samples x … x + width − 1 of a line; 0 where none is annotated. */
  row(line: number, x: number, width: number): Float64Array {
    const { firstLineTime, azimuthTimeInterval } = this.annotation;
    const time = firstLineTime + line * azimuthTimeInterval;
    const before = this.range.findLastIndex((vector) => vector.time <= time);
    const index = Math.max(0, Math.min(before, this.range.length - 2));
    const [upper, lower] = [this.range[index], this.range[index + 1]];
    const share = Math.max(0, Math.min(1, (time - upper.time) / (lower.time - upper.time)));
    const [above, below] = [upper, lower].map(({ pixel, power }) => interpolateTable(pixel, power, x, width));
    const result = above.map((power, i) => (1 - share) * power + share * below[i]);
    for (const block of this.blocks) {
      if (line < block.firstLine || line > block.lastLine) continue;
      const [factor] = interpolateTable(block.line, block.factor, line, 1);
      const [first, last] = [Math.max(block.firstSample - x, 0), Math.min(block.lastSample - x, width - 1)];
      for (let i = first; i <= last; i++) result[i] *= factor;
    }
    return result;
  }
}

function parseBlock(vector: XmlElement): AzimuthBlock {
  return {
    swath: vector.text('swath'),
    firstLine: vector.number('firstAzimuthLine'),
    lastLine: vector.number('lastAzimuthLine'),
    firstSample: vector.number('firstRangeSample'),
    lastSample: vector.number('lastRangeSample'),
    ...parseAzimuthVector(vector),
  };
}
