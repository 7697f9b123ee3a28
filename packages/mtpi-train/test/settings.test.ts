import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isTrainError, parseSettings, printSettings, SETTINGS, settingsTable, sourcesTable } from '../src';

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

test('flags come before the file, the file before the defaults', () => {
  const settings = parseSettings({ rate: '2e-4', output: '7' }, file('rate: 5e-4\nbatch: 3\noutput: run'));
  expect(settings).toMatchObject({ rate: 2e-4, batch: 3, output: '7', patch: 64, preset: 'small' });
  expect(settings.data).toEqual([{ kind: 'simulated', share: 1 }]);
});

test('sources come from the file or, as YAML, from a flag', () => {
  const data = '[{kind: simulated, share: 0.7}, {kind: stack, path: dates, share: 0.3}]';
  const expected = [
    { kind: 'simulated', share: 0.7 },
    { kind: 'stack', path: 'dates', share: 0.3 },
  ];
  expect(parseSettings({ output: 'run', data }).data).toEqual(expected);
  expect(parseSettings({}, file(`output: run\ndata: ${data}`)).data).toEqual(expected);
});

test('mistakes name file or flag, key, what was expected and what was found, all at once', () => {
  const text = 'rate: fast\nbatchs: 3\ndata:\n  - {kind: stack}\n  - {kind: film}\nchannels: 12';
  const lines = messageOf(() => parseSettings({ finalRate: '2' }, file(text))).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'train.yaml: output: expected a path, found nothing',
      'train.yaml: rate: expected a number from 0 to 1, found "fast"',
      '--final-rate: expected a number from 0 to 1, found 2',
      'train.yaml: data[0].path: expected a path, found nothing',
      'train.yaml: data[1].kind: expected simulated, stack or dataset, found "film"',
      'train.yaml: channels: expected an integer of at least 8, a multiple of 8, found 12',
      expect.stringMatching(/^train\.yaml: batchs: expected a setting among output, .*, found 'batchs'$/),
    ]),
  );
  expect(lines).toHaveLength(7);
});

test('a file that is no mapping, or no YAML, is refused by name', () => {
  expect(messageOf(() => parseSettings({}, file('- 1')))).toBe(
    'train.yaml: expected a mapping of settings, found [1]',
  );
  expect(messageOf(() => parseSettings({}, file('a: [1')))).toMatch(/^train\.yaml: not valid YAML: .*line 1/);
});

test('a temporal term needs the loss that has one', () => {
  expect(messageOf(() => parseSettings({ output: 'run', temporal: 'predictions' }))).toBe(
    '--temporal: expected none with loss wishart, found predictions',
  );
});

test('what is printed reads back as the same settings', () => {
  const settings = parseSettings({
    output: 'run',
    data: '[{kind: dataset, path: S, looks: 2}]',
    patience: '9',
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
