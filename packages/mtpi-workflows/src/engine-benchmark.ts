/**
 * Benchmarks of inference engines. Loads the engines alone, for it runs in a process for each.
 *
 * @module
 */

import { execFile } from 'node:child_process';
import { cpus, freemem, totalmem } from 'node:os';
import { arch, platform, versions } from 'node:process';
import { promisify } from 'node:util';
import { type Backend, benchmarkMatMul, type Device, runtimeVersions } from '@mtpi/tfjs-onnx';
import { enableProdMode } from '@tensorflow/tfjs';
import type { Progress } from './job';

/** Where the network could run, and how fast a matrix product is there; or why it cannot. */
export interface EngineBenchmark {
  /** The option of `mtpi despeckle` that chooses it. */
  flag: string;
  /** GFLOP/s of a float32 matrix product. */
  gflops?: number;
  /** Why it is unavailable, and what it needs. */
  reason?: string;
  /** Whether it is of another platform, and was not tried. */
  foreign?: true;
}

/** Platforms of the engines that others cannot have. */
const PLATFORMS: Readonly<Record<string, { platform: NodeJS.Platform; name: string }>> = {
  coreml: { platform: 'darwin', name: 'macOS' },
  dml: { platform: 'win32', name: 'Windows' },
};

/** Starting an engine and benchmarking it takes no longer than this. */
const TIMEOUT_MS = 120_000;

/** The option that chooses an engine. @param name a device of ONNX Runtime, or a backend of TensorFlow.js. */
const engineFlag = (name: string): string => `--${name.startsWith('tfjs-') ? 'backend' : 'device'} ${name}`;

/** Benchmarks an engine in this process for about a second. @param name as of `engineFlag`. */
export async function benchmarkEngine(name: string): Promise<EngineBenchmark> {
  enableProdMode(); // without the advertisement of its native binding
  let fallback: string | undefined;
  const onFallback = (note: string) => {
    fallback = note;
  };
  const engine = name.startsWith('tfjs-') ? { backend: name as Backend } : { device: name as Device };
  const result = await benchmarkMatMul({ ...engine, onFallback }).then(
    (gflops) => (fallback ? { reason: fallback } : { gflops: Number(gflops.toPrecision(3)) }),
    (error: Error) => ({ reason: error.message }),
  );
  return { flag: engineFlag(name), ...result };
}

/**
 * Benchmarks engines, each in a process of its own: a native one may crash, and two may not share a process. Engines of other
 * platforms come last, untried.
 *
 * @param names as of `benchmarkEngine`.
 * @param command an executable and its arguments; with a name as the last one it prints the result of `benchmarkEngine` as
 *   JSON in its last line.
 */
export async function benchmarkEngines(
  names: readonly string[],
  command: readonly string[],
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (progress: Progress, name: string) => void } = {},
): Promise<EngineBenchmark[]> {
  const isForeign = (name: string) => name in PLATFORMS && PLATFORMS[name].platform !== platform;
  const tried = names.filter((name) => !isForeign(name));
  const engines: EngineBenchmark[] = [];
  for (const name of tried) {
    onProgress?.({ stage: 'testing', done: engines.length, total: tried.length, unit: 'backends' }, name);
    engines.push(await benchmarkInProcess(name, command, signal));
  }
  const foreign = names.filter(isForeign).map((name): EngineBenchmark => {
    return { flag: engineFlag(name), reason: `needs ${PLATFORMS[name].name}`, foreign: true };
  });
  return [...engines, ...foreign];
}

async function benchmarkInProcess(
  name: string,
  [file, ...words]: readonly string[],
  signal?: AbortSignal,
): Promise<EngineBenchmark> {
  try {
    const { stdout } = await promisify(execFile)(file, [...words, name], { signal, timeout: TIMEOUT_MS });
    return JSON.parse(stdout.trim().split('\n').at(-1)!);
  } catch (error) {
    signal?.throwIfAborted();
    const { killed, signal: by } = error as { killed?: boolean; signal?: string };
    const crashed = `it crashed${by ? ` (${by})` : ''}`;
    const reason = killed ? `it took longer than ${TIMEOUT_MS / 1000} s` : crashed;
    return { flag: engineFlag(name), reason };
  }
}

/** Properties of a machine, as `describeMachine` names them. */
type Machine = Record<string, string | number>;

/** This machine: Node, processors, memory in bytes, and the installed packages of ONNX Runtime. */
export async function describeMachine(): Promise<Machine> {
  const processors = cpus();
  return {
    node: versions.node,
    platform: `${platform} ${arch}`,
    processors: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memory: totalmem(),
    free: freemem(),
    ...(await runtimeVersions()),
  };
}

/** The machine and its engines as text, the fastest first, then those that are unavailable. */
export function formatBenchmarks(machine: Machine, engines: readonly EngineBenchmark[]): string {
  const { node, platform, processors, processor, memory, free, ...versions } = machine;
  const gibibytes = (bytes: string | number) => (Number(bytes) / 2 ** 30).toFixed(1);
  const running = engines.filter(({ gflops }) => gflops !== undefined).sort((a, b) => b.gflops! - a.gflops!);
  const missing = engines.filter(({ reason, foreign }) => reason !== undefined && !foreign);
  const others = engines.filter(({ foreign }) => foreign).map(({ flag, reason }) => `${flag} ${reason}`);
  return [
    `Node ${node} on ${platform}, ${processors} × ${processor}, ${gibibytes(memory)} GiB of memory, ${gibibytes(free)} free`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
    '',
    'Available backends, and GFLOP/s of a float32 matrix product:',
    ...running.map(({ flag, gflops }) => `  ${flag.padEnd(24)} ${String(gflops).padStart(7)}`),
    '',
    'Unavailable backends:',
    ...missing.map(({ flag, reason }) => `  ${flag}: ${reason}`),
    ...(others.length > 0 ? [`  not tested: ${others.join(', ')}`] : []),
    '',
    running.length > 0
      ? `Fastest: mtpi despeckle ${running[0].flag}. Default: --device cpu.`
      : 'No backend is available: npm install @mtpi/onnxruntime-node',
  ].join('\n');
}
