import { execFile } from 'node:child_process';
import { cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { EngineOptions } from '@mtpi/tfjs-onnx';
import { type Command, Option } from 'commander';
import type { Context } from '../context';
import { BACKENDS, DEVICES } from '../engine-options';
import { loadTensorFlow } from '../load';
import { createReporter, jsonLine, type ReporterOptions, reporterOptions } from '../progress';

interface DoctorFlags extends ReporterOptions {
  probe?: string;
}

/** Where the network could run, and how fast a matrix product is there; or why it cannot. */
interface Engine {
  /** The option that chooses it. */
  flag: string;
  /** GFLOP/s of a float32 matrix product. */
  gflops?: number;
  /** Why it is unavailable, and what it needs. */
  reason?: string;
}

/** Every engine under its name: a device of ONNX Runtime or a backend of TensorFlow.js. */
const ENGINES = new Map<string, EngineOptions>([
  ...DEVICES.filter((device) => device !== 'auto').map((device) => [device, { device }] as const),
  ...BACKENDS.filter((backend) => backend !== 'onnxruntime').map(
    (backend) => [backend, { backend }] as const,
  ),
]);

/** Starting an engine and benchmarking it takes no longer than this. */
const PROBE_TIMEOUT_MS = 120_000;

/** `mtpi doctor`: lists inference backends, their speed, and what to install for others. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Starts every inference backend in a process of its own and benchmarks a matrix product there for about a second. ' +
        'For those that are unavailable it says why, and what to install.',
    )
    .addOption(new Option('--probe <engine>', 'benchmark this one only').choices([...ENGINES.keys()]));
  reporterOptions(command)
    .addHelpText('after', '\nExamples:\n  $ mtpi doctor\n  $ mtpi doctor --probe webgpu')
    .action((flags: DoctorFlags) => (flags.probe ? probe(flags.probe, context) : doctor(flags, context)));
}

async function doctor(flags: DoctorFlags, context: Context): Promise<void> {
  const reporter = createReporter(flags, context);
  const engines: Engine[] = [];
  for (const name of ENGINES.keys()) {
    const progress = { stage: 'testing', done: engines.length, total: ENGINES.size, unit: 'backends' };
    reporter.progress(progress, name);
    engines.push(await probeInSubprocess(name, context.signal));
  }
  reporter.stop();
  const processors = cpus();
  const machine = {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memory: totalmem(),
    free: freemem(),
    ...(await (await import('@mtpi/tfjs-onnx')).runtimeVersions()),
  };
  reporter.result({ machine, engines }, describe(machine, engines));
}

/** Benchmarks an engine in this process and prints an `Engine`. */
async function probe(name: string, { stdout }: Context): Promise<void> {
  await loadTensorFlow();
  const { benchmarkMatMul } = await import('@mtpi/tfjs-onnx');
  let fallback: string | undefined;
  const onFallback = (note: string) => {
    fallback = note;
  };
  const result = await benchmarkMatMul({ ...ENGINES.get(name), onFallback }).then(
    (gflops) => (fallback ? { reason: fallback } : { gflops: Number(gflops.toPrecision(3)) }),
    (error: Error) => ({ reason: error.message }),
  );
  stdout.write(jsonLine({ flag: flagOf(name), ...result }));
}

const flagOf = (name: string) => `--${ENGINES.get(name)?.backend ? 'backend' : 'device'} ${name}`;

/** Benchmarks an engine in a process of its own: a native one may crash, and two may not share a process. */
async function probeInSubprocess(name: string, signal: AbortSignal): Promise<Engine> {
  const command = [...process.execArgv, process.argv[1], 'doctor', '--probe', name];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      signal,
      timeout: PROBE_TIMEOUT_MS,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!);
  } catch (error) {
    signal.throwIfAborted();
    const { signal: killed } = error as { signal?: string };
    return { flag: flagOf(name), reason: `it crashed${killed ? ` (${killed})` : ''}` };
  }
}

function describe(machine: Record<string, string | number>, engines: readonly Engine[]): string {
  const { node, platform, processors, processor, memory, free, ...versions } = machine;
  const gibibytes = (bytes: string | number) => (Number(bytes) / 2 ** 30).toFixed(1);
  const running = engines.filter(({ gflops }) => gflops !== undefined).sort((a, b) => b.gflops! - a.gflops!);
  const missing = engines.filter(({ reason }) => reason !== undefined);
  return [
    `Node ${node} on ${platform}, ${processors} × ${processor}, ${gibibytes(memory)} GiB of memory, ${gibibytes(free)} free`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
    '',
    'Available backends, and GFLOP/s of a float32 matrix product:',
    ...running.map(({ flag, gflops }) => `  ${flag.padEnd(24)} ${String(gflops).padStart(7)}`),
    '',
    'Unavailable backends:',
    ...missing.map(({ flag, reason }) => `  ${flag}: ${reason}`),
    '',
    running.length > 0
      ? `Fastest: mtpi despeckle ${running[0].flag}. Default: --device cpu.`
      : 'No backend is available: npm i onnxruntime-node',
  ].join('\n');
}
