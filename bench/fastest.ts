/** ROUNDS=3 in the environment for a quick look. */
const ROUNDS = Number(process.env.ROUNDS ?? 10);

/** Least time in ms of each of the runs, which take turns, so that a busy moment of the machine meets all of them. */
export async function fastest(...runs: (() => Promise<unknown>)[]): Promise<number[]> {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      await run();
      best[i] = Math.min(best[i], performance.now() - start);
    }
  }
  return best;
}
