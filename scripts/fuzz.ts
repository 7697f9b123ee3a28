/**
 * Reads damaged files of every format in subprocesses, and counts what happens:
 *
 *   node --conditions=@mtpi/source --import ./scripts/typescript.mjs scripts/fuzz.ts --inputs 20000 --seed 1
 *
 * Anything but a result or a typed error within two seconds of processor time and 300 MB is printed with its number, by
 * which `--only NUMBER` runs it again, and makes the exit status 1.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FuzzReport } from './fuzz-worker';

/** In milliseconds, of an input that keeps the worker from counting its own time, or waits for something. */
const TIME_LIMIT = 10_000;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    target: { type: 'string', default: '' },
  },
});
const first = values.only === undefined ? 0 : Number(values.only);
const end = values.only === undefined ? Number(values.inputs) : first + 1;

const counts = new Map<string, { results: number; typed: number; others: number }>();
let next = first;
let others = 0;

function count(target: string, kind: 'results' | 'typed' | 'others'): void {
  const own = counts.get(target) ?? { results: 0, typed: 0, others: 0 };
  own[kind]++;
  counts.set(target, own);
  if (kind === 'others') others++;
}

/** Runs a worker from the next input on, until it has done all or has to be replaced. */
function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    let started = false;
    const worker = fork(
      fileURLToPath(new URL('./fuzz-worker.ts', import.meta.url)),
      [values.seed, String(next), String(end), values.target],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    let running = '';
    let reason = '';
    let timer: NodeJS.Timeout | undefined;
    worker.on('message', (report: FuzzReport) => {
      clearTimeout(timer);
      if (report.kind === 'start') {
        running = report.target;
        started = true;
        timer = setTimeout(() => {
          reason = `more than ${TIME_LIMIT} ms`;
          worker.kill('SIGKILL');
        }, TIME_LIMIT);
        return;
      }
      running = '';
      next = report.input + 1;
      count(report.target, report.kind);
      if (report.kind === 'others') console.log(`input ${report.input}, ${report.target}: ${report.text}`);
    });
    worker.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (!started) reject(new Error('the worker did not start'));
      if (running !== '') {
        console.log(`input ${next}, ${running}: ${reason || `the process ended (${code ?? signal})`}`);
        count(running, 'others');
        next++;
      }
      resolve();
    });
  });
}

while (next < end) await run();

const total = { inputs: 0, results: 0, 'typed errors': 0, others: 0 };
for (const [target, { results, typed, others }] of [...counts].sort()) {
  console.log(`${target}: ${results} results, ${typed} typed errors, ${others} others`);
  total.inputs += results + typed + others;
  total.results += results;
  total['typed errors'] += typed;
  total.others += others;
}
console.log(JSON.stringify(total));
process.exitCode = others > 0 ? 1 : 0;
