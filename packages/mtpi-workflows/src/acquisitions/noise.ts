import type { Acquisition } from '@mtpi/sar-io/node';
import { inputName, type Warning } from '../job';

/** Whether thermal noise was subtracted, as metadata state it. */
export const isNoiseSubtracted = ({ metadata }: Pick<Acquisition, 'metadata'>): boolean =>
  metadata.NOISE_SUBTRACTED === 'yes';

/** Warns of images without their thermal noise: networks are trained with it. */
export const noiseWarnings = (acquisitions: readonly Acquisition[]): Warning[] =>
  acquisitions.filter(isNoiseSubtracted).map(({ paths }) => ({
    code: 'NoiseSubtracted',
    message: 'Thermal noise was subtracted; VH near the noise floor may show texture that is not there',
    input: inputName(paths),
  }));
