import { PRESETS } from '@mtpi/model';
import { z } from 'zod';

const integer = (minimum: number) => z.int().min(minimum);
const decimal = (minimum: number, maximum: number) => z.number().min(minimum).max(maximum);
const path = z.string().min(1);

/** An optional setting whose `fallback` takes effect where it is not given, for documentation. */
const optional = <T extends z.ZodType>(schema: T, fallback?: unknown) =>
  schema.optional().meta(fallback === undefined ? {} : { fallback });

/** The issue of a setting that would be ignored. */
const noEffect = (key: string, input: unknown, why: string) => ({
  code: 'custom' as const,
  path: [key],
  input,
  message: `has no effect ${why}`,
});

const share = z.number().gt(0).default(1).describe('Share of the batches, relative to the other sources');
const looks = optional(z.number().min(1), 'estimated').describe('Equivalent number of looks of a pixel');

const source = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('simulated'),
      share,
      reflectivity: optional(path, 'simulated landscapes').describe(
        'Folder of co-registered dates whose time mean is the reflectivity',
      ),
      reference: optional(z.enum(['speckled', 'noiseFree']), 'speckled').describe(
        'Mean of further acquisitions of the target date, or the noise-free limit of that mean',
      ),
      referenceLooks: optional(integer(1), 4).describe('Minimum number of looks of a speckled reference'),
      dates: optional(integer(1), 1).describe(
        'Maximum number of dates on each side, averaged as mtpi despeckle --stack does; half of the samples have one',
      ),
      changeWeight: optional(z.number().min(1), 1).describe(
        'Loss weight of pixels that change between the dates',
      ),
    })
    .check(({ value: { reference, referenceLooks: input }, issues }) => {
      if (reference === 'noiseFree' && input !== undefined)
        issues.push(noEffect('referenceLooks', input, 'with reference noiseFree'));
    })
    .describe('Simulated triplets'),
  z
    .strictObject({
      kind: z.literal('stack'),
      path: path.describe('Folder of co-registered dates'),
      share,
      looks,
      references: optional(integer(1), 1).describe(
        'Number of dates that the reference is the mean of, where there are as many',
      ),
      dates: optional(integer(1), 1).describe(
        'Maximum number of dates on each side, averaged as mtpi despeckle --stack does; half of the samples have one',
      ),
      lossMask: optional(z.enum(['unchanged', 'valid']), 'unchanged').describe(
        'Pixels that count in the loss: unchanged and incoherent ones, or all valid ones, for means of many dates',
      ),
    })
    .describe('Time series of one site'),
  z
    .strictObject({ kind: z.literal('dataset'), path: path.describe('Folder of regions'), share, looks })
    .describe('Regions in the published layout, S01/S01_Tar…, S01/S01_Ass…'),
]);

/** Defaults of settings that a published checkpoint may determine instead. */
export const DEFAULTS = {
  steps: 5000,
  learningRate: 1e-3,
  finalLearningRate: 1e-6,
  weightDecay: 1e-4,
  freezeBatchNorm: 0.25,
};

const presets = Object.keys(PRESETS) as [keyof typeof PRESETS, ...(keyof typeof PRESETS)[]];

/** Settings of the network, which initial weights determine. */
const network = {
  preset: optional(z.enum(presets), 'small').describe('Network size'),
  architecture: optional(z.enum(['reference', 'progressive']), 'of the preset').describe(
    'That of the published code, or of the figure of the paper',
  ),
  channels: optional(integer(8).multipleOf(8), 'of the preset').describe('Feature channels'),
  ddcrUnits: optional(integer(1), 'of the preset').describe('DDCR units per R²A group'),
  filter: optional(z.enum(['FrGT', 'FrFT']), 'FrGT').describe('Filters of the frequency branch'),
  attention: optional(z.enum(['published', 'normalized']), 'of the architecture').describe(
    'Weighting of the cross-spectrum in HFA',
  ),
  resolution: optional(z.enum(['full', 'half']), 'full').describe(
    'Resolution of SPP, AFG and HFA in the DDCR units',
  ),
  networkOutput: optional(z.enum(['residual', 'image']), 'residual').describe(
    'Speckle that is subtracted from the target, or the despeckled target itself',
  ),
  dropout: optional(decimal(0, 0.9), 0).describe('Dropout rate of the filter banks'),
};

/** Settings that a published checkpoint determines when it is resumed, besides those of the network. */
const DETERMINED = [
  'transform',
  'loss',
  'tile',
  'steps',
  'learningRate',
  'finalLearningRate',
  'weightDecay',
] as const;

/** Whether this is the path of a checkpoint of the published PyTorch code. */
export const isTorchCheckpoint = (path: string | undefined): path is string =>
  path !== undefined && /\.pth?$/.test(path);

/** All settings of a training. Command-line options, settings file and documentation are derived from this schema. */
export const settingsSchema = z
  .strictObject({
    output: path.meta({ alias: '-o' }).describe('Output folder: weights, checkpoint, logs, plot'),
    resume: optional(path).describe(
      'Checkpoint to resume if the output folder has none, or a published .pth checkpoint',
    ),
    initialWeights: optional(path)
      .meta({ alias: '--from' })
      .describe('Weights to start from (mtpi, mtpi-small or a file, also .pth); they determine the network'),
    transform: optional(z.enum(['log', 'raw']), 'of the initial weights, otherwise log').describe(
      'Input channels: logarithmic, or as they are, as published; log moves raw weights to it, to be fine-tuned',
    ),
    ...network,
    data: z
      .array(source)
      .min(1)
      .default([{ kind: 'simulated', share: 1 }])
      .describe('Sources of batches; each batch is of one source'),
    teacher: optional(path).describe(
      'Teacher weights for knowledge distillation: their prediction is the reference',
    ),
    batch: integer(1).default(8).describe('Batch size'),
    patch: integer(16).default(64).describe('Rows and columns of a sample'),
    tile: optional(integer(16), 'of the initial weights, otherwise 128').describe(
      'Rows and columns of a tile in prediction, stored with the weights',
    ),
    looksWeight: decimal(0, 2).default(0.7).describe('Exponent of the looks by which samples are weighted'),
    loss: optional(z.enum(['wishart', 'collaborative']), 'wishart, with raw channels collaborative').describe(
      'Speckle likelihood, or the published loss',
    ),
    temporal: z
      .enum(['none', 'predictions'])
      .default('none')
      .describe('Temporal term of the collaborative loss: none, or on the predictions of two dates'),
    steps: optional(integer(1), DEFAULTS.steps).describe('Number of training steps'),
    learningRate: optional(decimal(0, 1), DEFAULTS.learningRate).describe('Initial learning rate'),
    finalLearningRate: optional(decimal(0, 1), DEFAULTS.finalLearningRate).describe(
      'Final learning rate of the cosine schedule',
    ),
    weightDecay: optional(decimal(0, 1), DEFAULTS.weightDecay).describe('Decoupled weight decay'),
    clipNorm: z.number().gt(0).default(5).describe('Maximum joint norm of the gradients'),
    freezeBatchNorm: optional(decimal(0, 1), DEFAULTS.freezeBatchNorm).describe(
      'Final fraction of the training with frozen batch-norm statistics',
    ),
    seed: integer(0).default(0).describe('Seed of the initial weights and of the order of data'),
    checkpointEvery: integer(1).default(100).describe('Steps between checkpoints'),
    validateEvery: integer(1).default(100).describe('Steps between validations'),
    validationBatches: integer(1).default(4).describe('Number of validation batches, the same in every run'),
    patience: optional(integer(1), 'never').describe(
      'Steps without a lower validation loss after which training stops',
    ),
    backend: z
      .enum(['onnxruntime', 'tfjs-node-gpu', 'tfjs-node', 'tfjs-cpu'])
      .default('onnxruntime')
      .describe('Inference and training backend'),
    device: z.enum(['cpu', 'cuda', 'coreml', 'dml']).default('cpu').describe('Device of ONNX Runtime'),
    threads: optional(integer(1), 'all cores').describe('CPU threads'),
    workers: optional(integer(0), 'cores / 4, at least 1').describe('Data-loading threads (0: main thread)'),
  })
  .check(({ value, issues }) => {
    const { initialWeights, resume, transform, loss, temporal } = value;
    const ofNetwork = Object.keys(network) as (keyof typeof network)[];
    const without = (keys: readonly (keyof typeof value)[], why: string) => {
      for (const key of keys) if (value[key] !== undefined) issues.push(noEffect(key, value[key], why));
    };
    if (isTorchCheckpoint(resume))
      without(
        ['initialWeights', ...ofNetwork, ...DETERMINED],
        'with resume of a .pth file, which determines it',
      );
    else if (initialWeights !== undefined)
      without(ofNetwork, 'with initialWeights, which determine the network');
    if (transform === 'raw' && loss === 'wishart')
      issues.push({
        code: 'custom',
        path: ['loss'],
        input: loss,
        message: 'expected collaborative with transform raw: the likelihood is one of logarithms',
      });
    if (
      temporal === 'predictions' &&
      loss !== 'collaborative' &&
      transform !== 'raw' &&
      !isTorchCheckpoint(resume)
    )
      issues.push(noEffect('temporal', temporal, `with loss ${loss ?? 'wishart'}`));
  });

/** Complete settings of a training. */
export type TrainingSettings = z.output<typeof settingsSchema>;

/** Settings of a source of batches. */
export type SourceSettings = TrainingSettings['data'][number];
