import { execFile } from 'node:child_process';
import { cpus, freemem, totalmem } from 'node:os';
import { arch, platform, versions } from 'node:process';
import { promisify } from 'node:util';
import { type Backend, benchmarkMatMul, type Device, runtimeVersions } from '@mtpi/tfjs-onnx';

/** Where the network could run, and how fast a matrix product is there; or why it cannot. */
export interface EngineBenchmark {
  /** The option of `mtpi despeckle` that chooses it. */
  flag: string;
  /** GFLOP/s of a float32 matrix product. */
  gflops?: number;
  /** Why it is unavailable, and what it needs. */
  reason?: string;
}

/** Starting an engine and benchmarking it takes no longer than this. */
const TIMEOUT_MS = 120_000;

/** The option that chooses an engine. @param name a device of ONNX Runtime, or a backend of TensorFlow.js. */
const engineFlag = (name: string): string => `--${name.startsWith('tfjs-') ? 'backend' : 'device'} ${name}`;

/** Benchmarks an engine in this process for about a second. @param name as of `engineFlag`. */
export async function benchmarkEngine(name: string): Promise<EngineBenchmark> {
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
 * Benchmarks an engine in a process of its own: a native one may crash, and two may not share a process.
 *
 * @param command an executable and its arguments that print the result of `benchmarkEngine` as JSON in their last line.
 */
export async function benchmarkInProcess(
  name: string,
  [file, ...words]: readonly string[],
  signal?: AbortSignal,
): Promise<EngineBenchmark> {
  try {
    const { stdout } = await promisify(execFile)(file, words, { signal, timeout: TIMEOUT_MS });
    return JSON.parse(stdout.trim().split('\n').at(-1)!);
  } catch (error) {
    signal?.throwIfAborted();
    const { signal: killed } = error as { signal?: string };
    return { flag: engineFlag(name), reason: `it crashed${killed ? ` (${killed})` : ''}` };
  }
}

/** This machine: Node, processors, memory in bytes, and the installed packages of ONNX Runtime. */
export async function describeMachine(): Promise<Record<string, string | number>> {
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
