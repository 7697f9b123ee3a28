import { join } from 'node:path';
import { evaluate, networkMethod, readStacks, type SceneScore, testScenes } from '@mtpi/evaluate';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { runTraining, settingsSchema, type TrainingSettings } from '@mtpi/train';
import { mean } from 'd3-array';
import { scriptArguments } from './script-arguments';

/**
 * Trains variants of one small network at an equal budget and writes their scores on the quick test scenes as a table; see
 * README.md. Resumes where it was stopped.
 */
const [steps, folder, series, markdown] = scriptArguments(
  4,
  'npm run ts -- training/ablation.ts STEPS FOLDER SERIES TABLE.md',
);

const BASE: Partial<TrainingSettings> = {
  ...{ preset: 'small', architecture: 'reference', channels: 16, attention: 'normalized' },
  ...{
    steps: Number(steps),
    learningRate: 2e-3,
    batch: 4,
    patch: 64,
    tile: 96,
    threads: 1,
    checkpointEvery: 500,
    seed: 1,
  },
};

const VARIANTS: Record<string, Partial<TrainingSettings>> = {
  base: {},
  'published attention': { attention: 'published' },
  'FrFT filters': { filter: 'FrFT' },
  'dropout 0.3': { dropout: 0.3 },
  'two units': { ddcrUnits: 2 },
  progressive: { architecture: 'progressive' },
  'progressive, published attention': { architecture: 'progressive', attention: 'published' },
  'collaborative loss': { loss: 'collaborative' },
  'collaborative loss, temporal term': { loss: 'collaborative', temporal: 'predictions' },
};

const methods = [];
for (const [name, varied] of Object.entries(VARIANTS)) {
  const output = join(folder, name.replaceAll(/\W+/g, '-'));
  const settings = settingsSchema.parse({ ...BASE, ...varied, output });
  await runTraining(settings, { onMessage: console.error });
  methods.push({ ...(await networkMethod(join(output, 'weights.safetensors'))), name });
}

const scenes = testScenes({ kinds: ['simulated', 'change'], quick: true });
const unseen = (await readStacks(series)).filter(({ name }) => /29232[23]/.test(name));
const real = testScenes({ kinds: ['real'], stacks: unseen, quick: true });
const { scores } = await evaluate({ scenes: [...scenes, ...real], methods });

const COLUMNS: [title: string, group: SceneScore['group'], key: string, digits: number][] = [
  ['PSNR, dB', 'procedural', 'psnr', 2],
  ['SSIM', 'procedural', 'ssim', 3],
  ['EPI', 'procedural', 'epi', 3],
  ['bias, dB', 'procedural', 'bias', 2],
  ['leakage, %', 'change', 'leakage', 1],
  ['retention, %', 'change', 'retention', 1],
  ['real error, dB', 'real', 'error', 2],
];
const cells = (name: string) => {
  const own = scores.filter(({ method }) => method === name);
  const figures = COLUMNS.map(([, group, key, digits]) =>
    ['VV', 'VH']
      .map((band) =>
        mean(
          own.filter((score) => score.group === group),
          (score) => score.scores[`${key} ${band}`],
        ),
      )
      .map((value) => value?.toFixed(digits))
      .join(' / '),
  );
  const entropy = mean(own, ({ scores }) => scores.entropyError)?.toFixed(3);
  return [name, ...figures, entropy];
};
const head = ['variant', ...COLUMNS.map(([title]) => title), 'H error'];
const row = (texts: readonly (string | undefined)[]) => `| ${texts.join(' | ')} |\n`;
await writeFileAtomic(
  markdown,
  row(head) +
    row(head.map((_, i) => (i ? '--:' : '---'))) +
    Object.keys(VARIANTS)
      .map((name) => row(cells(name)))
      .join(''),
);
