import { planes } from '@mtpi/polsar-priors';
import { type ByteSource, type RasterSource, type ReadOptions, SarIoError } from '@mtpi/sar-io';
import { openGeoTiff } from '@mtpi/sar-io/node';
import type { Annotation } from './annotation';

/** Lines of a burst; default: all of it. */
export interface BurstWindow extends ReadOptions {
  /** First line within the burst, and number of lines. */
  firstLine?: number;
  lines?: number;
}

/** The measurement image of one swath and polarization: complex 16-bit integers, bursts concatenated. */
export class Measurement {
  private constructor(
    readonly annotation: Annotation,
    private readonly source: RasterSource,
  ) {}

  /**
   * @throws SarIoError `UnsupportedFormat` unless the samples are complex 16-bit integers; `CorruptFile` where the file is
   *   no TIFF, is truncated or contradicts its annotation.
   */
  static async open(file: ByteSource, annotation: Annotation, options?: ReadOptions): Promise<Measurement> {
    const source = await openGeoTiff(file, options);
    try {
      const { path, bands, dataType, width, height } = source;
      if (bands.length !== 1 || dataType !== 'cint16') {
        throw new SarIoError('UnsupportedFormat', {
          ...{ path, expected: 'samples of 1 × cint16', found: `${bands.length} × ${dataType}` },
        });
      }
      const { samples, lines } = annotation;
      if (width !== samples || height !== lines) {
        throw new SarIoError('CorruptFile', {
          ...{ path, expected: `${samples} × ${lines} samples as in ${annotation.path}` },
          found: `${width} × ${height}`,
        });
      }
      return new Measurement(annotation, source);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  get path(): string {
    return this.source.path;
  }

  /**
   * Samples of a burst (numbered from 0) as pairs I, Q: [lines, samples, 2]. A sample of value 0 may be valid: validity is
   * given by `firstValidSample` and `lastValidSample` of the annotation.
   *
   * @throws SarIoError `InvalidArgument` where the lines exceed the burst, `CorruptFile`, `ReadFailed`.
   */
  async readBurst(index: number, window: BurstWindow = {}): Promise<Int16Array> {
    const { samples, linesPerBurst, bursts } = this.annotation;
    const { firstLine = 0, lines = linesPerBurst - firstLine, signal } = window;
    const whole = [index, firstLine, lines].every(Number.isInteger);
    const inside = firstLine >= 0 && lines >= 1 && firstLine + lines <= linesPerBurst;
    if (!whole || !inside || index < 0 || index >= bursts.length) {
      throw new SarIoError('InvalidArgument', {
        path: this.path,
        expected: `lines among the ${linesPerBurst} of bursts 0 to ${bursts.length - 1}`,
        found: `${lines} from line ${firstLine} of burst ${index} on`,
      });
    }
    const y = index * linesPerBurst + firstLine;
    const { image } = await this.source.read({ x: 0, y, width: samples, height: lines }, { signal });
    const [re, im] = planes(image);
    const pairs = new Int16Array(2 * re.length);
    for (let i = 0; i < re.length; i++) {
      pairs[2 * i] = re[i];
      pairs[2 * i + 1] = im[i];
    }
    return pairs;
  }

  async close(): Promise<void> {
    await this.source.close();
  }
}
