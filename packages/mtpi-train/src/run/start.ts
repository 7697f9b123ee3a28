import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeTorchTraining,
  type InputTransform,
  loadNetwork,
  logTransform,
  MtpiNet,
  type NetworkConfig,
  PRESETS,
  type TorchTraining,
} from '@mtpi/model';
import { TrainError } from '../errors';
import { DEFAULTS, isTorchCheckpoint, type TrainingSettings } from '../settings/schema';
import { moveToLogTransform } from './log-transform';
import { seriesOf } from './provenance';

/** Settings that are complete once it is known where the training starts. */
type Determined =
  | 'transform'
  | 'loss'
  | 'tile'
  | 'steps'
  | 'learningRate'
  | 'finalLearningRate'
  | 'weightDecay'
  | 'freezeBatchNorm';

/** Where a training starts. */
export interface Start {
  network: MtpiNet;
  transform: InputTransform;
  /** All settings of the run. */
  settings: TrainingSettings & Required<Pick<TrainingSettings, Determined>>;
  /** Names of all series that the network will have been trained on. */
  series: string[];
  /** The training by the published code that is resumed. */
  published?: TorchTraining;
  /** Remarks about the start. */
  message?: string;
}

/**
 * The initial network: a new one, that of trained weights, or that of a published checkpoint to be resumed.
 *
 * @throws TrainError `RunMismatch` for a checkpoint that is missing or whose training is complete; `InvalidSettings` for a
 *   transform that the weights cannot have; ModelError for a file that cannot be read.
 */
export async function startOf(settings: TrainingSettings): Promise<Start> {
  const { initialWeights, resume, output } = settings;
  const needed = isTorchCheckpoint(resume) || !existsSync(join(output, 'checkpoint.safetensors'));
  if (resume !== undefined && needed && !existsSync(resume)) {
    const [expected, found] = ['a checkpoint to resume', 'no such file'];
    throw new TrainError('RunMismatch', { path: resume, expected, found });
  }
  if (isTorchCheckpoint(resume)) return resumePublished(settings, resume);
  if (initialWeights !== undefined) return startFromWeights(settings, initialWeights);
  return {
    network: new MtpiNet(networkConfig(settings)),
    transform: settings.transform === 'raw' ? { kind: 'raw' } : logTransform,
    settings: completed(settings, { transform: 'log', tile: 128 }),
    series: seriesOf(settings.data),
  };
}

async function startFromWeights(settings: TrainingSettings, path: string): Promise<Start> {
  const { network, transform, tile, training } = await loadNetwork(path);
  const before: string[] = Array.isArray(training.series) ? training.series : [];
  const series = [...new Set([...before, ...seriesOf(settings.data)])];
  const complete = completed(settings, { transform: transform.kind, tile });
  const start = { network, settings: complete, series };
  if (complete.transform === transform.kind) {
    const message =
      transform.kind === 'raw'
        ? `${path}: trained further on raw channels, as published (--transform log moves it to the log transform)`
        : undefined;
    return { ...start, transform, message };
  }
  if (complete.transform === 'raw') {
    network.dispose();
    throw new TrainError('InvalidSettings', {
      path,
      expected: 'weights for raw channels',
      found: 'weights for the log transform',
      hint: 'leave out the transform',
    });
  }
  moveToLogTransform(network, logTransform);
  const message =
    `${path}: moved from raw channels to the log transform, its first and last layers scaled to first order; ` +
    'this is fine-tuning: its results are those of a new training, not of the published one';
  return { ...start, transform: logTransform, message };
}

async function resumePublished(settings: TrainingSettings, path: string): Promise<Start> {
  const published = decodeTorchTraining(await readFile(path), path);
  const { network, epoch, step, schedule, weightDecay } = published;
  if (epoch >= schedule.epochs) {
    network.dispose();
    throw new TrainError('RunMismatch', {
      path,
      expected: `a training of ${schedule.epochs} epochs to be resumed`,
      found: `a complete one, of ${epoch}`,
      hint: 'train further with a schedule of its own, from its weights: mtpi train --from',
    });
  }
  const { baseChannels: channels, ddcrUnits, filter, dropoutRate: dropout } = network.config;
  return {
    network,
    transform: { kind: 'raw' },
    // Complete without the file: the output folder is resumed by its settings.yaml alone.
    settings: {
      ...completed(settings, { transform: 'raw', tile: 256 }),
      ...{ resume: undefined, preset: 'reference', channels, ddcrUnits, filter, dropout },
      steps: Math.round((schedule.epochs * step) / epoch),
      ...{ learningRate: schedule.initial, finalLearningRate: schedule.final, weightDecay },
      freezeBatchNorm: settings.freezeBatchNorm ?? 0,
    },
    series: seriesOf(settings.data),
    published,
    message:
      `${path}: epoch ${epoch} of ${schedule.epochs}, on raw channels with the collaborative loss; AdamW, ` +
      'learning rate and schedule are those of the file',
  };
}

function completed(
  settings: TrainingSettings,
  start: Required<Pick<TrainingSettings, 'transform' | 'tile'>>,
): Start['settings'] {
  const { transform = start.transform, tile = start.tile } = settings;
  const { loss = transform === 'raw' ? 'collaborative' : 'wishart' } = settings;
  return { ...DEFAULTS, ...settings, transform, tile, loss };
}

/** The network of the preset, with the options that are given. */
export function networkConfig(settings: TrainingSettings): NetworkConfig {
  const {
    preset = 'small',
    architecture,
    channels,
    ddcrUnits,
    filter,
    attention,
    resolution,
    networkOutput: output,
    dropout = 0,
    seed,
  } = settings;
  const varied = { architecture, baseChannels: channels, ddcrUnits, filter, attention, resolution, output };
  const given = Object.entries(varied).filter(([, value]) => value !== undefined);
  return { ...PRESETS[preset], ...Object.fromEntries(given), dropoutRate: dropout, seed };
}
