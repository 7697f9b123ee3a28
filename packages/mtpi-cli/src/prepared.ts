import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { coregisterStack, isSafe, openSafe } from '@mtpi/sentinel1';
import { UsageError } from './failure';
import { createReporter, type ReporterOptions } from './progress';
import { type SafeFlags, selectionOf } from './safe-options';

/** The inputs of a command, and where its output goes. */
export interface InputFlags extends ReporterOptions, SafeFlags {
  target?: string[];
  previous?: string[];
  next?: string[];
  all?: string[];
  output: string;
}

/**
 * Runs a command on covariances in the place of Sentinel-1 SLC products: prepared into a folder beside the output, on the
 * target's grid, and removed after. Other inputs go as they are.
 *
 * @param run is told which product the path of a covariance stands for.
 * @throws where only some of the inputs are products, or as `prepareStack`.
 */
export async function prepared<F extends InputFlags>(
  flags: F,
  signal: AbortSignal,
  run: (flags: F, productOf: (path: string) => string) => Promise<void>,
): Promise<void> {
  const { all, target, previous, next, output } = flags;
  const inputs = all ?? [target, previous, next].flatMap((paths) => paths ?? []);
  const safe = await Promise.all(inputs.map(isSafe));
  if (!safe.includes(true)) return run(flags, (path) => path);
  if (safe.includes(false)) {
    const [one, other] = [inputs[safe.indexOf(true)], inputs[safe.indexOf(false)]];
    throw new Error(`${other}: expected a Sentinel-1 SLC product as ${one}, found none`);
  }
  if (!all && ![target, previous, next].every((paths) => paths?.length === 1))
    throw new UsageError('expected one product for each of --target, --previous and --next, or --all');
  const folder = await mkdtemp(join(dirname(resolve(output)), '.prepared-'));
  try {
    const stack = join(folder, 'stack');
    const fileOf = await prepare(inputs, stack, target?.[0], flags, signal);
    const files = (paths?: string[]) => paths?.map(fileOf);
    const triplet = { target: files(target), previous: files(previous), next: files(next) };
    const products = new Map(inputs.map((path) => [fileOf(path), path]));
    const productOf = (file: string) => products.get(file) ?? file;
    await run({ ...flags, ...(all ? { all: [stack] } : triplet) }, productOf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prepares products; tells the covariance of each. */
async function prepare(
  paths: readonly string[],
  folder: string,
  reference: string | undefined,
  flags: InputFlags,
  signal: AbortSignal,
): Promise<(path: string) => string> {
  const reporter = createReporter(flags);
  const names = new Map<string, string>();
  try {
    reporter.start('opening');
    for (const path of paths) {
      const product = await openSafe(path);
      await product.close();
      names.set(path, product.name);
    }
    const { dates } = await coregisterStack(paths, folder, {
      ...(await selectionOf(flags)),
      reference: reference && names.get(reference),
      signal,
      onProgress: ({ stage, done, total }) => reporter.progress(stage, done, total),
    });
    return (path) => join(folder, dates.find(({ product }) => product === names.get(path))!.files[0]);
  } finally {
    reporter.stop();
  }
}
