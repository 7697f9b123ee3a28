import { mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import type { AttentionKind, DdcrResolution, FilterKind } from '@mtpi/layers';
import { ModelError } from '../errors';

/**
 * 'reference': the network of the published code, one R²A group gated by target and previous frame.
 * 'progressive': the figure of the paper, a group per adjacent frame and a third group that fuses their outputs.
 */
export type Architecture = 'reference' | 'progressive';

/**
 * 'residual': the speckle, subtracted from the target, as published. 'image': the despeckled target itself, so that the
 * target's speckle need not pass through the network.
 */
export type NetworkOutput = 'residual' | 'image';

export interface NetworkConfig {
  architecture?: Architecture;
  /** Feature channels, a multiple of 8. Default 64. */
  baseChannels?: number;
  /** DDCR units of each R²A group. Default 3. */
  ddcrUnits?: number;
  /** Default 'FrGT'. */
  filter?: FilterKind;
  /** Default 'published' in the reference, 'normalized' in the progressive network. */
  attention?: AttentionKind;
  /** Resolution of SPP, AFG and HFA in the DDCR units; all else is at full resolution. Default 'full' as published. */
  resolution?: DdcrResolution;
  /** Output of the last layer. Default 'residual' as published. */
  output?: NetworkOutput;
  /** Dropout rate of the filter banks in training. Default 0.3 as published. */
  dropoutRate?: number;
  /** Seed of the initial weights and of dropout. Default 0. */
  seed?: number;
}

/** The published network, the figure of the paper at that width, and a network that a few CPU cores can train. */
export const PRESETS = {
  reference: { architecture: 'reference', baseChannels: 64, ddcrUnits: 3 },
  progressive: { architecture: 'progressive', baseChannels: 64, ddcrUnits: 3 },
  small: { architecture: 'progressive', baseChannels: 32, ddcrUnits: 1 },
} as const satisfies Record<string, NetworkConfig>;

const { integer, oneOf } = optionKinds;
const OPTIONS: Record<keyof NetworkConfig, OptionKind> = {
  architecture: oneOf('reference', 'progressive'),
  baseChannels: {
    expected: 'a multiple of 8',
    accepts: (value) => integer(8).accepts(value) && (value as number) % 8 === 0,
  },
  ddcrUnits: integer(1),
  filter: oneOf('FrGT', 'FrFT'),
  attention: oneOf('published', 'normalized'),
  resolution: oneOf('full', 'half'),
  output: oneOf('residual', 'image'),
  dropoutRate: {
    expected: 'in [0, 1)',
    accepts: (value) => typeof value === 'number' && value >= 0 && value < 1,
  },
  seed: { expected: 'an integer', accepts: Number.isSafeInteger },
};

/**
 * The configuration with defaults.
 *
 * @throws ModelError `InvalidArgument` naming the invalid option.
 */
export function completeConfig(config: NetworkConfig): Required<NetworkConfig> {
  const mistake = mistakeInOptions(config, OPTIONS);
  if (mistake) throw new ModelError('InvalidArgument', `MtpiNet: ${mistake.message}`, mistake);
  const {
    architecture = 'reference',
    baseChannels = 64,
    ddcrUnits = 3,
    filter = 'FrGT',
    attention = architecture === 'reference' ? 'published' : 'normalized',
    resolution = 'full',
    output = 'residual',
    dropoutRate = 0.3,
    seed = 0,
  } = config;
  return { architecture, baseChannels, ddcrUnits, filter, attention, resolution, output, dropoutRate, seed };
}
