import { PRESETS } from '@mtpi/model';
import { z } from 'zod';

const integer = (minimum: number) => z.int().min(minimum);
const decimal = (minimum: number, maximum: number) => z.number().min(minimum).max(maximum);
const share = z.number().gt(0).default(1).describe('How often it is drawn, relative to the others');
const path = z.string().min(1);
const looks = z
  .number()
  .min(1)
  .optional()
  .describe('Equivalent number of looks of a pixel; estimated where not given');

const source = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('simulated'),
      share,
      reflectivity: path
        .optional()
        .describe('Folder of co-registered dates whose mean is the ground; else simulated landscapes'),
      reference: z
        .enum(['speckled', 'noiseFree'])
        .optional()
        .describe(
          'Mean of further acquisitions of the target’s date, or what ever more of them tend to; else acquisitions',
        ),
      referenceLooks: integer(1)
        .optional()
        .describe(
          'Looks that the reference has at least, by the mean of as many acquisitions as it takes; else 4',
        ),
      changeWeight: z
        .number()
        .min(1)
        .optional()
        .describe('Weight in the loss of pixels that change between the dates; else 1'),
    })
    .describe('Simulated triplets'),
  z
    .strictObject({
      kind: z.literal('stack'),
      path: path.describe('Folder of co-registered dates'),
      share,
      looks,
      references: integer(1)
        .optional()
        .describe('Dates that the reference is the mean of, where there are as many; else 1'),
      lossMask: z
        .enum(['unchanged', 'valid'])
        .optional()
        .describe(
          'Pixels that are compared: unchanged and incoherent ones, or all valid ones, fit for the mean of many dates; ' +
            'else comparable',
        ),
    })
    .describe('Co-registered dates of one place'),
  z
    .strictObject({ kind: z.literal('dataset'), path: path.describe('Folder of regions'), share, looks })
    .describe('Regions in the published layout, S01/S01_Tar…, S01/S01_Ass…'),
]);

const presets = Object.keys(PRESETS) as [keyof typeof PRESETS, ...(keyof typeof PRESETS)[]];

/** Every setting of a training, once: flags, file and documentation are made of this. */
export const settingsSchema = z.strictObject({
  output: path.describe('Folder of the run: weights, checkpoint, logs, plot'),
  resume: path.optional().describe('Checkpoint to start from where the folder has none yet'),
  from: path
    .optional()
    .describe(
      'Weights to start from, mtpi, mtpi-small or a file; the network is theirs, not that of the next six settings',
    ),
  preset: z.enum(presets).default('small').describe('Network that the five settings below vary'),
  architecture: z
    .enum(['reference', 'progressive'])
    .optional()
    .describe('Published code, or the figure of the paper'),
  channels: integer(8).multipleOf(8).optional().describe('Feature channels'),
  units: integer(1).optional().describe('DDCR units of each group'),
  filter: z.enum(['FrGT', 'FrFT']).optional().describe('Filters of the frequency branch'),
  attention: z.enum(['published', 'normalized']).optional().describe('Weights of the cross-spectrum'),
  dropout: decimal(0, 0.9).default(0).describe("Share of the filter banks' outputs dropped"),
  data: z
    .array(source)
    .min(1)
    .default([{ kind: 'simulated', share: 1 }])
    .describe('What batches are drawn from; each batch is of one source'),
  teacher: path
    .optional()
    .describe('Weights whose result is the reference, for a small network to learn from'),
  batch: integer(1).default(8).describe('Samples of a step'),
  patch: integer(16).default(64).describe('Rows and columns of a sample'),
  tile: integer(16)
    .default(128)
    .describe('Rows and columns of a tile in prediction, stored with the weights'),
  looksWeight: decimal(0, 2)
    .default(0.7)
    .describe('A sample counts as much as its looks to this power: errors get smaller with more looks'),
  loss: z
    .enum(['wishart', 'collaborative'])
    .default('wishart')
    .describe('Speckle likelihood, or the published loss'),
  temporal: z
    .enum(['none', 'predictions'])
    .default('none')
    .describe('Temporal term of the collaborative loss: none, or on the predictions of two dates'),
  steps: integer(1).default(5000).describe('Steps in all'),
  rate: decimal(0, 1).default(1e-3).describe('First learning rate'),
  finalRate: decimal(0, 1).default(1e-6).describe('Last learning rate, at the end of half a cosine'),
  decay: decimal(0, 1).default(1e-4).describe('Weight decay, decoupled'),
  clip: z.number().gt(0).default(5).describe('Largest joint norm of the gradients'),
  settle: decimal(0, 1).default(0.25).describe('Last share of the steps, with fixed batch statistics'),
  seed: integer(0).default(0).describe('Seed of the weights and of the order of data'),
  every: integer(1).default(100).describe('Steps between checkpoints'),
  validateEvery: integer(1).default(100).describe('Steps between validations'),
  validationBatches: integer(1).default(4).describe('Batches of the validation set, the same in every run'),
  patience: integer(1).optional().describe('Steps without a better validation after which training stops'),
  backend: z
    .enum(['onnxruntime', 'tfjs-node-gpu', 'tfjs-node', 'tfjs-cpu'])
    .default('onnxruntime')
    .describe('What runs the network'),
  device: z.enum(['cpu', 'cuda', 'coreml', 'dml']).default('cpu').describe('Where ONNX Runtime runs it'),
  threads: integer(1).optional().describe('CPU threads; all cores where not given'),
  workers: integer(0)
    .optional()
    .describe('Threads that draw batches beside; 0: none. A quarter of the cores, but one, where not given'),
});

/** Settings of a training, complete. */
export type TrainingSettings = z.output<typeof settingsSchema>;

/** A source of batches. */
export type SourceSettings = TrainingSettings['data'][number];
