import type { ReadOptions } from '@mtpi/sar-io';
import type { Annotation } from '../product/annotation';
import type { BackscatterConvention, Calibration } from '../product/calibration';
import type { Measurement } from '../product/measurement';
import type { Noise } from '../product/noise';
import type { SafeProduct } from '../product/open-safe';
import type { ChannelRows } from './covariance-block';

interface Channel {
  measurement: Measurement;
  amplitude: Calibration;
  /** Where noise is to be subtracted. */
  noise?: Noise;
}

/** The bursts of one swath of a product, co-polarized channel first. */
export class BurstSource {
  private constructor(
    /** Of the co-polarized channel; both channels have the same times, valid samples and Doppler. */
    readonly annotation: Annotation,
    readonly calibration: BackscatterConvention,
    private readonly channels: readonly Channel[],
  ) {}

  static async open(
    product: SafeProduct,
    swath: string,
    { calibration, denoise, signal }: ReadOptions & { calibration: BackscatterConvention; denoise: boolean },
  ): Promise<BurstSource> {
    const annotation = await product.annotation(swath, product.polarizations[0]);
    const channels: Channel[] = [];
    for (const polarization of product.polarizations) {
      channels.push({
        measurement: await product.measurement(swath, polarization, signal),
        amplitude: await product.calibration(swath, polarization),
        ...(denoise && { noise: await product.noise(swath, polarization) }),
      });
    }
    return new BurstSource(annotation, calibration, channels);
  }

  /** Channels whose noise is to be subtracted. */
  get noiseBands(): number {
    return this.channels.filter(({ noise }) => noise).length;
  }

  /** Lines of a burst, of both channels. */
  async read(burst: number, firstLine: number, lines: number, options: ReadOptions): Promise<ChannelRows[]> {
    const { bursts, samples } = this.annotation;
    const read: ChannelRows[] = [];
    for (const { measurement, amplitude, noise } of this.channels) {
      read.push({
        pairs: await measurement.readBurst(burst, { firstLine, lines, signal: options.signal }),
        calibrationLut: amplitude.vectors,
        ...(noise && { noise: noise.rows(bursts[burst], 0, samples) }),
      });
    }
    return read;
  }
}
