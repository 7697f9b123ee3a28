/**
 * Kills `mtpi` at random points, in a way that it can do nothing about, and checks that nothing is harmed:
 *
 *   npm run ts -- scripts/try-kills.ts [--kills 60] [--seed 1] [--job PATTERN]
 *
 * After each kill, files under their final names are whole, and what was there before is there still. After a last run to
 * the end the folder has the names and bytes that an uninterrupted run leaves, the leftovers of those killed are gone, if
 * not by that run then by `mtpi clean`, and so is what they put into the temporary folder. Prints kills, counts, and each
 * violation, which make the exit status 1.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  type FSWatcher,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  watch,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parseSafetensors } from '@mtpi/model';
import { Random } from '@mtpi/polsar-priors';
import { MTPI_FROM_SOURCE } from './from-source';
import { writeDataset, writeProducts, writeTriplet, writeWeights } from './stand-ins';

interface Job {
  name: string;
  /** Words of the command, run in a folder beside `inputs`. */
  words: readonly string[];
  /** Commands run before, whose outputs belong to what is there. */
  before?: readonly (readonly string[])[];
  /** A command that leaves another output under the same name, for every second round. */
  earlier?: readonly string[];
}

const triplet = (...words: string[]) =>
  [
    'despeckle',
    ...['target', 'previous', 'next'].flatMap((role) => [`--${role}`, `../inputs/${role}.tif`]),
  ].concat(
    ...['--weights', '../inputs/w.safetensors', '--tile', '56', '--overlap', '6', '--threads', '1', ...words],
  );
const products = ['A', 'B', 'C'].map((name) => `../inputs/${name}.zip`);
const training = ['--channels', '8', '--batch', '1', '--patch', '16', '--threads', '1', '--workers', '0'];
const OTHER = ['--ha-alpha-window', '7'];

const JOBS: readonly Job[] = [
  {
    name: 'despeckle --resume',
    words: triplet('-o', 'out.tif', '--resume'),
    earlier: triplet('-o', 'out.tif', ...OTHER),
  },
  {
    name: 'despeckle into a folder',
    words: triplet('-o', 'out', '--report', 'out.html'),
    earlier: triplet('-o', 'out', '--report', 'out.html', ...OTHER),
  },
  {
    name: 'despeckle --shard',
    words: triplet('-o', 'out.tif', '--shard', '1/2', '--resume'),
  },
  {
    name: 'merge',
    words: ['merge', 'out.tif'],
    before: [triplet('-o', 'out.tif', '--shard', '0/2'), triplet('-o', 'out.tif', '--shard', '1/2')],
    earlier: triplet('-o', 'out.tif', ...OTHER),
  },
  {
    name: 'prepare',
    words: ['prepare', ...products, '--ha-alpha', '-o', 'stack'],
    earlier: ['prepare', ...products, '--ha-alpha', '--multilook', '2x1', '-o', 'stack'],
  },
  {
    name: 'train',
    words: [
      'train',
      '-o',
      'run',
      ...training,
      '--steps',
      '8',
      '--checkpoint-every',
      '2',
      '--validate-every',
      '3',
    ],
  },
  { name: 'dataset', words: ['dataset', 'info', '../inputs/data', '--patch', '32'] },
];

/** Most kills of one output before a run may go to its end. */
const CHAIN = 3;
/** Milliseconds from the event that is chosen to the kill, at most. */
const DELAY = 20;
/** Where fewer events than this show how far a run is, its time does. */
const FEW = 5;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    job: { type: 'string', default: '' },
  },
});
const wanted = Number(values.kills);
const random = new Random(Number(values.seed));
const jobs = JOBS.filter(({ name }) => new RegExp(values.job).test(name));

const work = mkdtempSync(join(tmpdir(), 'try-kills-'));
const temporary = join(work, 'tmp');
const cache = `tsx-${userInfo().uid}`; // of TypeScript that has been compiled
const counts = {
  kills: 0,
  rounds: 0,
  'ended before the kill': 0,
  'leftovers found': 0,
  'left to mtpi clean': 0,
};
const killsOf = new Map<string, number>(jobs.map(({ name }) => [name, 0]));
const violations: string[] = [];

interface Run {
  /** Its exit code; undefined if it was killed. */
  code: number | undefined;
  events: number;
  milliseconds: number;
  /** What it says of its failure. */
  message: string;
}

/** Runs `mtpi` in a folder. @param killed whether to kill it, now that so much has happened; asked at every event. */
function run(
  folder: string,
  words: readonly string[],
  kill?: { events: number; delay: number },
): Promise<Run> {
  let events = 0;
  let message = '';
  const event = () => {
    if (++events === kill?.events) setTimeout(end, kill.delay);
  };
  // Before the process, which may remove what is being looked at.
  const watcher: FSWatcher = watch(folder, { recursive: true }, event);
  watcher.on('error', () => {}); // what was watched is gone
  const start = Date.now();
  const child = spawn(process.execPath, [...MTPI_FROM_SOURCE, ...words, '--json'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => void child.kill('SIGKILL');
  if (kill?.events === 0) setTimeout(end, kill.delay);
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{"event":"error"')) message += line;
    event();
  });
  child.stderr.on('data', (text) => {
    message += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      watcher.close();
      resolve({ code: code ?? undefined, events, milliseconds: Date.now() - start, message });
    });
  });
}

type Files = Map<string, Buffer>;

/** The files of a folder by their path, with their bytes. */
function filesOf(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  );
}

/** Whether a path is of something that is on its way: staged files, locks, partial results, the mark of merged shards. */
const isLeftover = (path: string) =>
  path
    .split('/')
    .some((name) => /^\..+\.([\da-f]{8}|lock|coregistered)$|\.partial$|\.\d{5,}$|^merged$/.test(name));

const withoutLeftovers = (files: Files): Files => new Map([...files].filter(([path]) => !isLeftover(path)));

/** What must be the same after any number of kills. */
function comparable(path: string, bytes: Buffer): string {
  const name = basename(path);
  if (name === 'log.csv') return bytes.toString().replaceAll(/,[^,\n]*$/gm, ''); // without seconds
  return createHash('sha256').update(bytes).digest('hex');
}

const isEventFile = (path: string) => basename(path).startsWith('events.out.tfevents.'); // one for each start

/** Whether a file of a training that is not done is whole. */
function isWhole(path: string, bytes: Buffer): boolean {
  const text = () => bytes.toString();
  if (isEventFile(path)) return true;
  if (path.endsWith('.safetensors')) return parseSafetensors(bytes, path).tensors.size > 0;
  if (path.endsWith('.svg')) return text().trimEnd().endsWith('</svg>');
  if (path.endsWith('.csv')) return /^step,.*\n(([^,\n]*,){5}[^,\n]+\n)*$/.test(text());
  return false;
}

function violation(job: Job, what: string): void {
  violations.push(`${job.name}: ${what}`);
  console.log(`violation: ${job.name}: ${what}`);
}

/** Checks a folder after a kill. */
function checkKilled(job: Job, files: Files, earlier: Files, reference: Files): void {
  for (const [path, bytes] of files) {
    if (isLeftover(path)) continue;
    const known = [earlier.get(path), reference.get(path)].some((other) => other?.equals(bytes));
    if (known) continue;
    try {
      if (job.name === 'train' && isWhole(path, bytes)) continue;
    } catch {}
    violation(job, `${path} (${bytes.length} bytes) is neither what was there nor whole`);
  }
  // A merge that has written its result removes the shards.
  const merged = job.name === 'merge' && files.get('out.tif')?.equals(reference.get('out.tif')!);
  for (const path of earlier.keys())
    if (!files.has(path) && !(merged && path.includes('.shard-'))) violation(job, `${path} is lost`);
}

/** Checks a folder after the last run. @returns whether it is as one of an uninterrupted run. */
function differences(files: Files, reference: Files): string[] {
  const text = (all: Files) =>
    new Map(
      [...all].filter(([path]) => !isEventFile(path)).map(([path, bytes]) => [path, comparable(path, bytes)]),
    );
  const [found, expected] = [text(files), text(reference)];
  return [
    ...[...expected].flatMap(([path, value]) =>
      found.get(path) === value
        ? []
        : [`${path} is ${found.has(path) ? 'another than' : 'missing, unlike'} without kills`],
    ),
    ...[...found.keys()].filter((path) => !expected.has(path)).map((path) => `${path} is left`),
  ];
}

/** What is in the temporary folder, but for files that ONNX Runtime leaves there in every run. */
const temporaryFiles = () =>
  readdirSync(temporary).filter((name) => name !== cache && !/^(mat-debug-\d+\.log|\.ses)$/.test(name));

/** One output, killed some times and then made to its end. */
async function round(job: Job): Promise<void> {
  const isRepeated = job.earlier !== undefined && random.chance(0.5);
  const { before, after, events, milliseconds } = await exampleOf(job, isRepeated);
  counts.rounds++;
  const folder = join(work, 'round');
  const inputs = filesOf(join(work, 'inputs'));
  rmSync(folder, { recursive: true, force: true });
  cpSync(before, folder, { recursive: true });
  const earlier = filesOf(folder);
  const reference = filesOf(after);
  // A merge that is done has no shards for another.
  const isDone = () =>
    job.name === 'merge' && differences(withoutLeftovers(filesOf(folder)), reference).length === 0;
  for (let kill = 1 + Math.floor(random.uniform() * CHAIN); kill > 0 && counts.kills < wanted; kill--) {
    if (isDone()) break;
    const [share, later] = [random.uniform(), random.uniform()];
    const { code } = await run(
      folder,
      job.words,
      events < FEW
        ? { events: 0, delay: share * milliseconds }
        : { events: 1 + Math.floor(share * events), delay: later * DELAY },
    );
    if (code !== undefined) {
      counts['ended before the kill']++;
      if (code !== 0) violation(job, `a run after a kill ends with ${code}`);
      break;
    }
    counts.kills++;
    killsOf.set(job.name, (killsOf.get(job.name) ?? 0) + 1);
    console.log(`kill ${counts.kills}: ${job.name}`);
    const files = filesOf(folder);
    counts['leftovers found'] += [...files.keys()].filter(isLeftover).length + temporaryFiles().length;
    checkKilled(job, files, earlier, reference);
  }
  const isOver = isDone();
  if (!isOver || [...filesOf(folder).keys()].some(isLeftover)) {
    const { code, message } = await run(folder, job.words);
    if (code !== 0 && !isOver) violation(job, `the last run ends with ${code}: ${message}`);
  }
  const left = differences(filesOf(folder), reference);
  if (left.length > 0 || temporaryFiles().length > 0) {
    counts['left to mtpi clean']++;
    for (const place of [folder, ...directoriesOf(folder)])
      if (existsSync(place)) await run(place, ['clean', '.', '--partial']); // else a leftover that is cleaned
    for (const difference of differences(filesOf(folder), reference))
      violation(job, `after mtpi clean: ${difference}`);
    for (const name of temporaryFiles()) {
      violation(job, `${name} is left in the temporary folder`);
      rmSync(join(temporary, name), { recursive: true });
    }
  }
  const inputsAfter = filesOf(join(work, 'inputs'));
  for (const [path, bytes] of inputs)
    if (!inputsAfter.get(path)?.equals(bytes)) violation(job, `the input ${path} has changed`);
  if (inputsAfter.size !== inputs.size) violation(job, 'there are other files beside the inputs');
}

const directoriesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));

/** Folders as they are before and after an uninterrupted run, and how long it is. */
interface Example {
  before: string;
  after: string;
  events: number;
  milliseconds: number;
}

const examples = new Map<string, Example>();

/** Runs a job without kills, in a folder with or without an earlier output. */
async function exampleOf(job: Job, isRepeated: boolean): Promise<Example> {
  const name = `${job.name}${isRepeated ? ', repeated' : ''}`;
  const found = examples.get(name);
  if (found) return found;
  const folder = join(work, String(examples.size));
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  mkdirSync(before, { recursive: true });
  symlinkSync('../inputs', join(folder, 'inputs'));
  const whole = async (place: string, words: readonly string[]) => {
    const result = await run(place, words);
    if (result.code !== 0) throw new Error(`${name} fails without kills: ${result.message}`);
    return result;
  };
  for (const words of job.before ?? []) await whole(before, words);
  if (isRepeated && job.earlier) await whole(before, job.earlier);
  cpSync(before, after, { recursive: true });
  const { events, milliseconds } = await whole(after, job.words);
  const example = { before, after, events, milliseconds };
  examples.set(name, example);
  return example;
}

try {
  mkdirSync(temporary);
  mkdirSync(join(work, 'inputs'));
  symlinkSync(join(tmpdir(), cache), join(temporary, cache));
  const inputs = join(work, 'inputs');
  await writeTriplet(inputs, 200, 72);
  await writeWeights(join(inputs, 'w.safetensors'));
  await writeDataset(join(inputs, 'data'));
  const { products } = await writeProducts(inputs, { zip: true });
  for (const [i, name] of ['A', 'B', 'C'].entries()) cpSync(products[i].path, join(inputs, `${name}.zip`));
  for (let i = 0; counts.kills < wanted; i = (i + 1) % jobs.length) await round(jobs[i]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const [name, kills] of killsOf) console.log(`${name}: ${kills} kills`);
console.log(JSON.stringify({ ...counts, violations: violations.length }));
process.exitCode = violations.length > 0 ? 1 : 0;
