import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Warning } from '@mtpi/jobs';
import { encodeWeights } from '@mtpi/model';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { mean } from 'd3-array';
import type { Batch, BatchSource } from '../batches/batch';
import type { BestValidation } from '../checkpoint';
import { printSettings } from '../settings/print';
import type { TrainingSettings } from '../settings/schema';
import { type StepReport, Trainer } from '../trainer';
import { BatchPool } from './batch-pool';
import { eventFileHeader, scalarRecord } from './event-file';
import { Log } from './log';
import { lossPlot } from './loss-plot';
import { namedSources } from './provenance';
import { checkSameRun } from './same-run';
import { openSource } from './sources';
import { type Start, startOf } from './start';

/** Number of steps over which the reported loss is averaged. */
const RECENT = 200;

export interface TrainingRunOptions {
  /** Stops after the step in progress; the state is saved. */
  signal?: AbortSignal;
  /** After each step of `steps`; `recentLoss` is the mean of the last 200, the speed that since this run began. */
  onStep?: (report: StepReport & { steps: number; recentLoss: number; patchesPerSecond: number }) => void;
  /** Of the data: assumptions about the files and anomalies. */
  onWarning?: (warning: Warning) => void;
  /** Messages for the user. */
  onMessage?: (text: string) => void;
}

export interface TrainingResult {
  output: string;
  /** Steps done. */
  step: number;
  steps: number;
  /** Mean loss of the last 200 steps. */
  loss: number;
  best?: BestValidation;
  ended: 'finished' | 'stopped' | 'patience';
}

/**
 * Trains in a folder, or resumes the run there: `weights.safetensors` (best by validation), `last.safetensors`,
 * `checkpoint.safetensors`, `settings.yaml`, `log.csv`, `loss.svg` and a TensorBoard event file. A resumed run gives the
 * same weights as an uninterrupted one.
 *
 * @throws TrainError `UnusableData`, `RunMismatch`, `InvalidSettings`, `Diverged`; SarIoError for data that cannot be read; ModelError for weights that cannot
 *   be read, and for a checkpoint of another network.
 */
export async function runTraining(
  given: TrainingSettings,
  options: TrainingRunOptions = {},
): Promise<TrainingResult> {
  const start = await startOf(given);
  const { network, settings } = start;
  const { signal } = options;
  try {
    await checkSameRun(settings);
    const validation = await validationBatches(settings, options);
    const workers = settings.workers ?? Math.max(1, Math.floor(availableParallelism() / 4));
    const source =
      workers > 0 ? new BatchPool(settings, workers) : await openSource(settings, 'training', { signal });
    try {
      const trainer = createTrainer(start, source, validation, options);
      try {
        return await train(start, trainer, given.resume, options);
      } finally {
        await trainer.dispose();
      }
    } finally {
      await source.close();
    }
  } finally {
    network.dispose();
  }
}

function createTrainer(
  { network, transform, settings }: Start,
  source: BatchSource,
  validation: readonly Batch[],
  { onMessage }: TrainingRunOptions,
): Trainer {
  const { steps } = settings;
  return new Trainer(network, source, {
    schedule: { initial: settings.learningRate, final: settings.finalLearningRate, total: steps },
    transform,
    objective: settings.loss,
    temporal: settings.temporal,
    weightDecay: settings.weightDecay,
    clipNorm: settings.clipNorm,
    freezeBatchNormFrom: Math.round(steps * (1 - settings.freezeBatchNorm)),
    validation: { batches: validation, every: settings.validateEvery },
    patience: settings.patience,
    backend: settings.backend,
    device: settings.device,
    threads: settings.threads,
    onFallback: onMessage,
  });
}

async function train(
  { network, transform, settings, series, published, message }: Start,
  trainer: Trainer,
  resumed: string | undefined,
  { signal, onStep, onMessage }: TrainingRunOptions,
): Promise<TrainingResult> {
  const { output, steps, batch, patch, seed, tile } = settings;
  const file = (name: string) => join(output, name);
  await mkdir(output, { recursive: true });
  const own = file('checkpoint.safetensors');
  const checkpoint = existsSync(own) ? own : settings.resume;
  if (checkpoint) {
    trainer.restore(await readFile(checkpoint), checkpoint);
    // The best weights so far lie in the other folder.
    if (checkpoint !== own) trainer.best = undefined;
  } else {
    if (published) trainer.restoreTorch(published);
    if (message) onMessage?.(message);
  }
  if (trainer.step > 0) onMessage?.(`Resuming from step ${trainer.step} (${checkpoint ?? resumed})`);
  await writeFileAtomic(file('settings.yaml'), printSettings(settings));
  const log = await Log.open(file('log.csv'), trainer.step);
  const firstStep = trainer.step;
  const start = Date.now();
  const events = file(`events.out.tfevents.${Math.floor(start / 1000)}.${process.pid}`);
  await writeFileAtomic(events, Buffer.from(eventFileHeader(start / 1000)));

  const recentLoss = () => mean(log.rows.slice(-RECENT), ({ loss }) => loss) ?? Number.NaN;
  const weights = (score: Record<string, unknown>) => {
    const data = namedSources(settings.data);
    const training = { steps: trainer.step, batch, patch, seed, data, series, ...score };
    return Buffer.from(encodeWeights(network, { transform, tile, training }));
  };
  const save = async () => {
    await writeFileAtomic(file('checkpoint.safetensors'), Buffer.from(await trainer.save()));
    await writeFileAtomic(file('last.safetensors'), weights({ loss: recentLoss() }));
    await writeFileAtomic(file('loss.svg'), lossPlot(log.rows, trainer.best));
  };
  const record = async (report: StepReport) => {
    const { step, loss, validation, gradientNorm, learningRate } = report;
    const seconds = (Date.now() - start) / 1000;
    await log.add({ ...report, seconds });
    const scalars = {
      loss,
      'gradient norm': gradientNorm,
      'learning rate': learningRate,
      ...(validation === undefined ? {} : { validation }),
    };
    await appendFile(events, scalarRecord({ time: Date.now() / 1000, step, scalars }));
    if (validation !== undefined && trainer.best?.step === step) {
      await writeFileAtomic(file('weights.safetensors'), weights({ loss: recentLoss(), validation }));
    }
    if (step % settings.checkpointEvery === 0) await save();
    const patchesPerSecond = ((step - firstStep) * batch) / seconds;
    onStep?.({ ...report, steps, recentLoss: recentLoss(), patchesPerSecond });
  };
  await trainer.run({ until: steps, signal, onStep: record });
  await save();
  if (!trainer.best) {
    await writeFileAtomic(file('weights.safetensors'), weights({ loss: recentLoss() }));
  }
  return {
    output,
    step: trainer.step,
    steps,
    loss: recentLoss(),
    ...(trainer.best && { best: trainer.best }),
    ended: trainer.step >= steps ? 'finished' : trainer.exhausted ? 'patience' : 'stopped',
  };
}

/** The validation batches of a run. */
async function validationBatches(
  settings: TrainingSettings,
  { signal, onWarning }: TrainingRunOptions,
): Promise<Batch[]> {
  const source = await openSource(settings, 'validation', { signal, onWarning });
  try {
    const batches: Batch[] = [];
    while (batches.length < settings.validationBatches) {
      signal?.throwIfAborted();
      batches.push(await source.batch(batches.length));
    }
    return batches;
  } finally {
    await source.close();
  }
}
