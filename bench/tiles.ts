/**
 * Tiles per second of a whole machine: so many processes, each with a session of so many threads, as `mtpi despeckle --shard`
 * on one machine would run them. Run: npm run bench
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SHIPPED_WEIGHTS } from '@mtpi/model';

const ROUNDS = 4;
const script = fileURLToPath(new URL('./tiles-process.ts', import.meta.url));

interface Case {
  weights: string;
  sessions: number;
  threads: number;
  processes: ReturnType<typeof fork>[];
  best: number;
}
const cases: Case[] = [];
for (const weights of SHIPPED_WEIGHTS)
  for (const [sessions, threads] of [
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ]) {
    const processes = Array.from({ length: sessions }, () => fork(script, [weights, String(threads)]));
    await Promise.all(processes.map((process) => once(process, 'message')));
    cases.push({ weights, sessions, threads, processes, best: 0 });
  }
// In turns, so that a busy moment of the machine meets all of them.
for (let round = 0; round < ROUNDS; round++) {
  for (const each of cases) {
    const start = performance.now();
    const tiles = await Promise.all(
      each.processes.map(async (process) => {
        process.send('go');
        return (await once(process, 'message'))[0] as number;
      }),
    );
    const rate = tiles.reduce((sum, count) => sum + count) / ((performance.now() - start) / 1000);
    each.best = Math.max(each.best, rate);
  }
}
console.log('| tiles of 128² | sessions | threads of each | tiles/s | of one session with two threads |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const { weights, sessions, threads, processes, best } of cases) {
  const usual = cases.find((each) => each.weights === weights && each.sessions === 1 && each.threads === 2)!;
  const ratio = (best / usual.best).toFixed(2);
  console.log(`| ${weights} | ${sessions} | ${threads} | ${best.toFixed(1)} | ${ratio} |`);
  for (const process of processes) process.kill();
}
