import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isTrainError, parseSettings, printSettings, SETTINGS } from '../src';
import { settingsTable, sourcesTable } from '../src/settings/print';

const file = (text: string) => ({ path: 'train.yaml', text });
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isTrainError(error, 'InvalidSettings')) return error.message;
    throw error;
  }
  return '';
};

test('options override the file, the file overrides the defaults', () => {
  const text = 'learningRate: 5e-4\nbatch: 3\noutput: run';
  const settings = parseSettings({ learningRate: '2e-4', output: '7' }, file(text));
  expect(settings).toMatchObject({ learningRate: 2e-4, batch: 3, output: '7', patch: 64, temporal: 'none' });
  expect(settings.data).toEqual([{ kind: 'simulated', share: 1 }]);
});

test('sources come from the file or, as YAML, from an option', () => {
  const data = '[{kind: simulated, share: 0.7}, {kind: stack, path: dates, share: 0.3}]';
  const expected = [
    { kind: 'simulated', share: 0.7 },
    { kind: 'stack', path: 'dates', share: 0.3 },
  ];
  expect(parseSettings({ output: 'run', data }).data).toEqual(expected);
  expect(parseSettings({}, file(`output: run\ndata: ${data}`)).data).toEqual(expected);
});

test('mistakes name file or option, key, expected and found value, all at once', () => {
  const text = 'learningRate: fast\nbatchs: 3\ndata:\n  - {kind: stack}\n  - {kind: film}\nchannels: 12';
  const lines = messageOf(() => parseSettings({ finalLearningRate: '2' }, file(text))).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'train.yaml: output: Invalid input: expected string, received undefined, found nothing',
      'train.yaml: learningRate: Invalid input: expected number, received string, found "fast"',
      '--final-learning-rate: Too big: expected number to be <=1, found 2',
      'train.yaml: data[0].path: Invalid input: expected string, received undefined, found nothing',
      'train.yaml: data[1].kind: Expected kind simulated, stack or dataset, found {"kind":"film"}',
      'train.yaml: channels: Invalid number: must be a multiple of 8, found 12',
      'train.yaml: Unrecognized key: "batchs"',
    ]),
  );
  expect(lines).toHaveLength(7);
});

test('settings of version 0.1 are errors that name the new keys', () => {
  const former = { from: 'mtpi', units: 1, rate: 1e-3, finalRate: 0, decay: 0, clip: 1, settle: 1, every: 9 };
  const text = Object.entries(former).map(([key, value]) => `${key}: ${value}`);
  const message = messageOf(() => parseSettings({ output: 'run' }, file(text.join('\n'))));
  expect(message).toBe(
    "train.yaml: Unrecognized key: 'from' is now 'initialWeights', 'units' is now 'ddcrUnits', " +
      "'rate' is now 'learningRate', 'finalRate' is now 'finalLearningRate', 'decay' is now 'weightDecay', " +
      "'clip' is now 'clipNorm', 'settle' is now 'freezeBatchNorm', 'every' is now 'checkpointEvery'",
  );
  const lines = messageOf(() =>
    parseSettings({
      output: 'run',
      data: '[{kind: stack, path: dates, compared: valid}, {kind: simulated, reference: limit}]',
    }),
  ).split('\n');
  expect(lines).toEqual([
    "--data[0]: Unrecognized key: 'compared' is now 'lossMask'",
    '--data[1].reference: Invalid option: expected one of "speckled"|"noiseFree", found "limit"',
  ]);
});

test('a file that is no mapping, or no YAML, is refused by name', () => {
  expect(messageOf(() => parseSettings({}, file('- 1')))).toBe(
    'train.yaml: expected a mapping of settings, found [1]',
  );
  expect(messageOf(() => parseSettings({}, file('a: [1')))).toMatch(/^train\.yaml: not valid YAML: .*line 1/);
});

test('settings without effect are errors', () => {
  const failure = (flags: Record<string, string>) =>
    messageOf(() => parseSettings({ output: 'run', ...flags }));
  expect(failure({ temporal: 'predictions' })).toBe(
    '--temporal: Has no effect with loss wishart, found "predictions"',
  );
  expect(failure({ initialWeights: 'mtpi', dropout: '0.3', preset: 'small' }).split('\n')).toEqual([
    '--preset: Has no effect with initialWeights, which determine the network, found "small"',
    '--dropout: Has no effect with initialWeights, which determine the network, found 0.3',
  ]);
  const determined = { initialWeights: 'mtpi', channels: '8', steps: '9', transform: 'log' };
  expect(failure({ resume: 'a.pth', ...determined }).split('\n')).toEqual(
    ['initial-weights', 'channels', 'transform', 'steps'].map((flag) =>
      expect.stringMatching(
        `^--${flag}: Has no effect with resume of a .pth file, which determines it, found `,
      ),
    ),
  );
  expect(failure({ transform: 'raw', loss: 'wishart' })).toBe(
    '--loss: Expected collaborative with transform raw: the likelihood is one of logarithms, found "wishart"',
  );
  expect(failure({ data: '[{kind: simulated, reference: noiseFree, referenceLooks: 2}]' })).toBe(
    '--data[0].referenceLooks: Has no effect with reference noiseFree, found 2',
  );
});

test('printed settings read back as the same settings', () => {
  const settings = parseSettings({
    output: 'run',
    data: '[{kind: dataset, path: S, looks: 2}]',
    patience: '9',
    initialWeights: 'mtpi',
  });
  expect(parseSettings({}, file(printSettings(settings)))).toEqual(settings);
  expect(parseSettings({ output: 'run' }, file(printSettings()))).toEqual(parseSettings({ output: 'run' }));
  for (const { key, description } of SETTINGS) {
    expect(printSettings()).toMatch(new RegExp(`^(# )?${key}:`, 'm'));
    expect(description).not.toBe('');
  }
});

test('docs/training.md has the tables of the schema', () => {
  const docs = readFileSync(fileURLToPath(new URL('../../../docs/training.md', import.meta.url)), 'utf8');
  expect(docs).toContain(settingsTable());
  expect(docs).toContain(sourcesTable());
});
