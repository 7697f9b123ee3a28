/** Reads damaged inputs FIRST … END of a seed, one after the other; see `fuzz.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMtpiError } from '@mtpi/errors';
import { Random } from '@mtpi/polsar-priors';
import { readDamaged } from '../packages/sar-io/test/fuzz/targets';
import { fuzzTargets } from './fuzz-targets';

export type FuzzReport =
  | { kind: 'start'; input: number; target: string }
  | { kind: 'results' | 'typed' | 'others'; input: number; target: string; text?: string };

/** Above what the process has before the first input. */
const MEMORY_LIMIT = 300 * 2 ** 20;

/** Of the processor, in microseconds: on a busy machine the clock runs on. */
const TIME_LIMIT = 2_000_000;

const [seed, first, end] = process.argv.slice(2, 5).map(Number);
const pattern = process.argv[5] ?? '';
const targets = (await fuzzTargets()).filter(({ name }) => name.includes(pattern));
const folder = mkdtempSync(join(tmpdir(), 'sar-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const memory = () => process.resourceUsage().maxRSS * 1024;
const time = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const before = memory();
const unhandled: unknown[] = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
process.on('uncaughtException', (error) => unhandled.push(error));

const report = (message: FuzzReport) => new Promise((resolve) => process.send!(message, resolve));

for (let input = first; input < end; input++) {
  const target = targets[input % targets.length];
  await report({ kind: 'start', input, target: target.name });
  const start = time();
  const error = await readDamaged(target, folder, new Random(seed, input));
  await new Promise(setImmediate);
  const thrown = unhandled.pop() ?? error;
  const isSlow = time() - start > TIME_LIMIT;
  const isLarge = memory() - before > MEMORY_LIMIT;
  if (isSlow || isLarge) {
    const text = `${isSlow ? 'time' : 'memory'}, ${thrown}`;
    await report({ kind: 'others', input, target: target.name, text });
    if (isLarge) break;
    continue;
  }
  const kind =
    thrown === undefined ? 'results' : isMtpiError(thrown) && thrown === error ? 'typed' : 'others';
  const text = kind === 'others' ? `${thrown instanceof Error ? thrown.stack : thrown}` : undefined;
  await report({ kind, input, target: target.name, text });
}
process.exit();
