import type { ReadOptions } from '../raster';
import type { Annotation } from '../sentinel1/annotation';
import type { CalibrationKind, CalibrationRows } from '../sentinel1/calibration';
import type { Measurement } from '../sentinel1/measurement';
import type { Noise } from '../sentinel1/noise';
import type { SafeProduct } from '../sentinel1/open-safe';
import { type ComplexRows, calibrate } from './calibrate';

interface Channel {
  measurement: Measurement;
  amplitude: CalibrationRows;
  /** Where noise is to be subtracted. */
  noise?: Noise;
}

/** The calibrated bursts of one swath of a product, co-polarized channel first. */
export class BurstSource {
  private constructor(
    /** Of the co-polarized channel; both channels have the same times, valid samples and Doppler. */
    readonly annotation: Annotation,
    private readonly channels: readonly Channel[],
  ) {}

  static async open(
    product: SafeProduct,
    swath: string,
    options: ReadOptions & { calibration: CalibrationKind; denoise: boolean },
  ): Promise<BurstSource> {
    const annotation = await product.annotation(swath, product.polarizations[0]);
    const channels: Channel[] = [];
    for (const polarization of product.polarizations) {
      const table = await product.calibration(swath, polarization);
      channels.push({
        measurement: await product.measurement(swath, polarization, options.signal),
        amplitude: table.rows(options.calibration, 0, annotation.samples),
        ...(options.denoise && { noise: await product.noise(swath, polarization) }),
      });
    }
    return new BurstSource(annotation, channels);
  }

  /** Lines of a burst, of both channels. */
  async read(burst: number, firstLine: number, lines: number, options: ReadOptions): Promise<ComplexRows[]> {
    const { bursts, linesPerBurst } = this.annotation;
    const { firstValidSample, lastValidSample } = bursts[burst];
    const valid = [firstValidSample, lastValidSample].map((line) =>
      line.subarray(firstLine, firstLine + lines),
    );
    const read: ComplexRows[] = [];
    for (const { measurement, amplitude } of this.channels) {
      const pairs = await measurement.readBurst(burst, { firstLine, lines, signal: options.signal });
      read.push(calibrate(pairs, amplitude, burst * linesPerBurst + firstLine, valid[0], valid[1]));
    }
    return read;
  }

  /** Thermal noise N / A² of a line in each channel, where it is to be subtracted. */
  noiseAt(burst: number, line: number): Float64Array[] {
    const { bursts, linesPerBurst, samples } = this.annotation;
    const stacked = burst * linesPerBurst + line;
    return this.channels.flatMap(({ noise, amplitude }) => {
      if (!noise) return [];
      const scale = amplitude.at(stacked);
      return [
        noise
          .rows(bursts[burst], 0, samples)
          .at(stacked)
          .map((power, x) => power / scale[x] ** 2),
      ];
    });
  }
}
