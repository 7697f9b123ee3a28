import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { isTrainError, parseSettings, printSettings, SETTINGS, type SettingInfo, settingHelp } from '../src';
import { settingsJsonSchema, settingsOf } from '../src/settings/settings';

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
      'train.yaml: output: expected a path, found nothing',
      'train.yaml: learningRate: expected a number from 0 to 1, found "fast"',
      '--final-learning-rate: expected a number from 0 to 1, found 2',
      'train.yaml: data[0].path: expected a path, found nothing',
      'train.yaml: data[1].kind: expected simulated, stack or dataset, found "film"',
      'train.yaml: channels: expected an integer ≥ 8, a multiple of 8, found 12',
      'train.yaml: unknown setting batchs; did you mean batch?',
    ]),
  );
  expect(lines).toHaveLength(7);
});

test.each([
  [
    '{kind: stack, pth: dates}',
    'path: expected a path, found nothing',
    ': unknown setting pth; did you mean path?',
  ],
  ['{kind: dataset, path: S, film: 1}', ': unknown setting film'],
  [
    '{kind: dataset, path: "", looks: [1]}',
    'path: expected a path, found ""',
    'looks: expected a number ≥ 1, found [1]',
  ],
  ['3', ': expected a source of kind simulated, stack or dataset, found 3'],
])('the source %s is refused in own words', (source, ...mistakes) => {
  const places = mistakes.map((mistake) => `--data[0]${mistake.startsWith(':') ? '' : '.'}${mistake}`);
  expect(messageOf(() => parseSettings({ output: 'run', data: `[${source}]` })).split('\n')).toEqual(places);
});

test('settings of version 0.1 are errors that name the new keys', () => {
  const former = { from: 'mtpi', units: 1, rate: 1e-3, finalRate: 0, decay: 0, clip: 1, settle: 1, every: 9 };
  const text = Object.entries(former).map(([key, value]) => `${key}: ${value}`);
  const message = messageOf(() => parseSettings({ output: 'run' }, file(text.join('\n'))));
  expect(message.split('\n')).toEqual(
    [
      ['from', 'initialWeights'],
      ['units', 'ddcrUnits'],
      ['rate', 'learningRate'],
      ['finalRate', 'finalLearningRate'],
      ['decay', 'weightDecay'],
      ['clip', 'clipNorm'],
      ['settle', 'freezeBatchNorm'],
      ['every', 'checkpointEvery'],
    ].map(([former, now]) => `train.yaml: ${former} is now ${now}`),
  );
  const lines = messageOf(() =>
    parseSettings({
      output: 'run',
      data: '[{kind: stack, path: dates, compared: valid}, {kind: simulated, reference: limit}]',
    }),
  ).split('\n');
  expect(lines).toEqual([
    '--data[0]: compared is now lossMask',
    '--data[1].reference: expected speckled or noiseFree, found "limit"',
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
    '--temporal: has no effect with loss wishart, found "predictions"',
  );
  expect(failure({ initialWeights: 'mtpi', dropout: '0.3', preset: 'small' }).split('\n')).toEqual([
    '--preset: has no effect with initialWeights, which determine the network, found "small"',
    '--dropout: has no effect with initialWeights, which determine the network, found 0.3',
  ]);
  const determined = { initialWeights: 'mtpi', channels: '8', steps: '9', transform: 'log' };
  expect(failure({ resume: 'a.pth', ...determined }).split('\n')).toEqual(
    ['initial-weights', 'channels', 'transform', 'steps'].map((flag) =>
      expect.stringMatching(
        `^--${flag}: has no effect with resume of a .pth file, which determines it, found `,
      ),
    ),
  );
  expect(failure({ transform: 'raw', loss: 'wishart' })).toBe(
    '--loss: expected collaborative with transform raw: the likelihood is one of logarithms, found "wishart"',
  );
  expect(failure({ data: '[{kind: simulated, reference: noiseFree, referenceLooks: 2}]' })).toBe(
    '--data[0].referenceLooks: has no effect with reference noiseFree, found 2',
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

test('a value that breaks two rules of one sentence is one mistake', () => {
  expect(messageOf(() => parseSettings({ output: 'run', channels: '7' }))).toBe(
    '--channels: expected an integer ≥ 8, a multiple of 8, found 7',
  );
});

test('help is in lower case but for abbreviations', () => {
  const [patience, threads] = ['patience', 'threads'].map((key) => SETTINGS.find((one) => one.key === key)!);
  expect(settingHelp(patience)).toMatch(/^steps without /);
  expect(settingHelp(threads)).toMatch(/^CPU threads /);
});

test('docs/training.md has the tables of the schema', () => {
  const docs = readFileSync(fileURLToPath(new URL('../../../docs/training.md', import.meta.url)), 'utf8');
  expect(docs).toContain(settingsTable());
  expect(docs).toContain(sourcesTable());
});

/** The settings as a Markdown table. */
function settingsTable(): string {
  const rows = SETTINGS.map((setting) => {
    const { key, flag, alias, type, description } = setting;
    const option = [alias, `--${flag}`].flatMap((name) => (name ? [`\`${name}\``] : [])).join(', ');
    return `| \`${key}\` | ${option} | ${type} | ${defaultOf(setting)} | ${description} |`;
  });
  return ['| key | option | type | default | description |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The fields of each kind of source as a Markdown table. */
function sourcesTable(): string {
  const kinds = settingsJsonSchema.properties?.data?.items?.oneOf ?? [];
  const rows = kinds.flatMap((kind) =>
    settingsOf(kind).map((setting) => {
      const { key, type, description } = setting;
      const name = kind.properties?.kind.const;
      return `| ${name} | \`${key}\` | ${type} | ${defaultOf(setting)} | ${description || kind.description} |`;
    }),
  );
  return ['| kind | field | type | default | description |', '|---|---|---|---|---|', ...rows].join('\n');
}

function defaultOf({ default: value, fallback, required }: SettingInfo): string {
  if (required) return 'required';
  if (value === undefined) return typeof fallback === 'number' ? `\`${fallback}\`` : String(fallback ?? '');
  return `\`${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\``;
}
