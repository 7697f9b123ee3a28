import { csvParse } from 'd3-dsv';
import { parseHTML } from 'linkedom';
import { PNG } from 'pngjs';
import { beforeAll, expect, test } from 'vitest';
import {
  BASELINES,
  changeScenes,
  type Evaluation,
  evaluate,
  evaluationCsv,
  evaluationHtml,
  evaluationJson,
  evaluationMarkdown,
  formatCell,
  IMAGE_TYPES,
  INPUT,
  proceduralScenes,
  type SceneScore,
  type Summary,
  summarize,
  type Table,
} from '../src/index';

const NETWORK = 'a <b> & "c"';
let evaluation: Evaluation;
let summary: Summary;

beforeAll(async () => {
  const imageTypes = IMAGE_TYPES.filter(({ name }) => name === 'SLC IW2' || name === 'intensity, 5 looks');
  evaluation = await evaluate({
    scenes: [
      ...proceduralScenes({ imageTypes, size: 64, landscapes: 0 }),
      ...changeScenes(imageTypes).slice(0, 1),
    ],
    methods: [
      INPUT,
      ...BASELINES.slice(0, 2),
      { name: NETWORK, kind: 'network', apply: ({ previous }) => previous },
    ],
    show: ({ group }) => group === 'procedural',
  });
  summary = summarize(evaluation);
});

test('the page escapes names, links to its sections and needs nothing from elsewhere', () => {
  const page = evaluationHtml(evaluation, summary, 'mtpi evaluate -o out');
  const { document } = parseHTML(page);
  const all = (selector: string) => Array.from<Element>(document.querySelectorAll(selector));
  expect(page).not.toContain('<b> &');
  const names = all('.pictures .network th').map(({ textContent }) => textContent);
  expect(names).toEqual([0, 1].map(() => expect.stringContaining(NETWORK)));
  const ids = ['criteria', 'charts', 'tables', 'pictures', 'metrics'];
  expect(all('main > section').map(({ id }) => id)).toEqual(ids);
  expect(all('nav a').map((link) => link.getAttribute('href'))).toEqual(ids.map((id) => `#${id}`));
  const urls = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*"?([^"#)]+)/g)].map(([, url]) => url);
  expect(urls.length).toBeGreaterThan(20);
  for (const url of urls) expect(url).toMatch(/^data:(image\/png;base64)?,/);
});

test('its pictures are PNGs of the scene’s size, of the enlarged part, or of the plane of H and α', () => {
  const page = evaluationHtml(evaluation, summary, 'mtpi evaluate');
  const sizes = [...page.matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, data]) => {
    const { width, height } = PNG.sync.read(Buffer.from(data, 'base64'));
    return `${width}×${height}`;
  });
  expect(new Set(sizes)).toEqual(new Set(['64×64', '48×48', '100×90']));
});

test('the CSV holds every figure', () => {
  const rows = csvParse(evaluationCsv(evaluation));
  const count = evaluation.scores.reduce((sum, { scores }) => sum + Object.keys(scores).length, 0);
  expect(rows).toHaveLength(count);
  for (const row of rows.slice(0, 50)) {
    const score = evaluation.scores.find(({ name, method }) => name === row.scene && method === row.method);
    expect(Number(row.value) / (score?.scores[row.metric] || 1)).toBeCloseTo(
      score?.scores[row.metric] ? 1 : 0,
      5,
    );
  }
});

test('the JSON holds scores, responses, tables and criteria', () => {
  const data = JSON.parse(evaluationJson(evaluation, summary, 'mtpi evaluate'));
  expect(data.scores).toHaveLength(evaluation.scores.length);
  expect(data.responses).toHaveLength(4 * 16 * 2);
  expect(data.tables.map(({ title }: Table) => title)).toEqual(summary.tables.map(({ title }) => title));
  expect(data.criteria).toEqual(summary.criteria);
});

test('the Markdown has tables whose lines have the same number of cells', () => {
  const text = evaluationMarkdown(summary, 'mtpi evaluate');
  const blocks = text.split('\n\n').filter((block) => block.startsWith('|'));
  expect(blocks).toHaveLength(summary.tables.length + 1);
  for (const block of blocks) {
    const widths = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
    expect(new Set(widths).size).toBe(1);
  }
});

test('tables hold the means over scenes', () => {
  const table = summary.tables.find(({ title }) => title === 'Simulated scenes') as Table;
  const row = table.rows.find(({ name }) => name === 'boxcar 3×3');
  const own = evaluation.scores.filter(
    ({ group, method }) => group === 'procedural' && method === 'boxcar 3×3',
  );
  const mean = (key: string) => (own[0].scores[key] + own[1].scores[key]) / 2;
  const [vv, vh] = row?.cells[table.columns.findIndex(({ title }) => title === 'PSNR, dB')] ?? [];
  expect(vv).toBeCloseTo(mean('psnr VV'), 10);
  expect(vh).toBeCloseTo(mean('psnr VH'), 10);
});

test('the best of a column is marked, but neither the input nor a crowd', () => {
  const column = { title: 'x', digits: 1, goal: 'high' as const };
  const table = (values: number[]): Table => ({
    title: '',
    about: '',
    columns: [column],
    rows: values.map((value) => ({ name: '', cells: [[value]] })),
  });
  const marks = (values: number[]) =>
    values.map((_, r) =>
      formatCell(table(values), r, 0)
        .map(({ text, best }) => (best ? `*${text}` : text))
        .join(),
    );
  expect(marks([9, 1, 3, 2])).toEqual(['9.0', '1.0', '*3.0', '2.0']);
  expect(marks([0, 1, 1, 1])).toEqual(['0.0', '1.0', '1.0', '1.0']);
  expect(marks([Infinity, 1, Number.NaN, 2])).toEqual(['–', '1.0', '–', '*2.0']);
});

test('what is not finite is –, with a note', () => {
  const scores = evaluation.scores.map((score) => ({
    ...score,
    scores: { ...score.scores, 'psnr VV': Infinity },
  }));
  const changed = summarize({ ...evaluation, scores });
  const noted = changed.tables.filter(({ about }) =>
    about.endsWith(' –: infinite or undefined; see the metrics.'),
  );
  expect(noted.map(({ title }) => title)).toEqual([
    'Simulated scenes',
    'PSNR by image type',
    'PSNR by scene',
  ]);
  expect(evaluationMarkdown({ ...changed, criteria: [] }, 'mtpi evaluate')).not.toMatch(/Infinity|NaN/);
});

/** Scores of an input, two baselines and a network on one scene. */
function judged(group: SceneScore['group'], figures: Record<string, [number, number, number]>): SceneScore[] {
  const methods = [
    ['boxcar 5×5', 'baseline'],
    ['Lee', 'baseline'],
    ['net', 'network'],
  ] as const;
  return methods.map(([method, kind], i) => ({
    ...{ name: 'a scene', group, place: 'a place', imageType: 'any', looks: 1, phase: true, seconds: 1 },
    ...{ method, kind },
    scores: Object.fromEntries(Object.entries(figures).map(([key, values]) => [key, values[i]])),
  }));
}

test('criteria are met or not', () => {
  const scores = [
    ...judged('procedural', {
      'psnr VV': [20, 24, 26.5],
      'psnr VH': [20, 24, 25.5],
      'bias VV': [0, 0, -0.05],
      'bias VH': [0, 0, 0.2],
      entropyError: [0.2, 0.05, 0.1],
    }),
    ...judged('change', { 'leakage VV': [0, 0, 4], 'leakage VH': [0, 0, 6], 'retention VV': [50, 50, 95] }),
    ...judged('real', {
      'error VV': [1.5, 1.2, 1.1],
      'error VH': [1.5, 1.2, 1.3],
      'epi VV': [0.1, 0.5, 0.4],
      'epi VH': [0.3, 0.1, 0.4],
      'enl VV': [100, 20, 30],
      'enl VH': [100, 20, 30],
    }),
  ];
  const methods = [
    { name: 'boxcar 5×5', kind: 'baseline' },
    { name: 'Lee', kind: 'baseline' },
    { name: 'net', kind: 'network' },
  ] as const;
  const { criteria } = summarize({ methods: [...methods], scores, responses: [], galleries: [] });
  expect(criteria.map(({ criterion, met, total }) => [criterion, met, total])).toEqual([
    ['PSNR at least 2 dB above the best baseline', 1, 2],
    ['bias within ±0.1 dB', 1, 2],
    ['bias within ±0.1 dB, mean of an image type', 1, 2],
    ['H error below that of the 5×5 boxcar', 1, 1],
    ['leakage below 5 %', 1, 2],
    ['at least 90 % of a change retained', 1, 1],
    ['real stacks: error below every baseline', 1, 2],
    ['real stacks: ENL / ENL of the best baseline, 0 where its EPI is better', 1, 2],
    ['real stacks: ENL / highest ENL of the baselines with at least the same EPI', 1, 1],
  ]);
});
