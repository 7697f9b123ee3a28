import { execFile } from 'node:child_process';
import { cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import {
  benchmarkMatMul,
  DEVICES,
  type EngineOptions,
  runtimeVersions,
  TFJS_BACKENDS,
} from '@mtpi/tfjs-onnx';
import { type Command, Option } from 'commander';
import { createReporter, type ReporterOptions } from '../progress';

interface DoctorFlags extends ReporterOptions {
  probe?: string;
}

/** Where the network could run, and how fast a product of matrices is there; or why it can't. */
interface Engine {
  /** The flag that chooses it. */
  flag: string;
  /** GFLOP/s of a product of two float32 matrices. */
  gflops?: number;
  /** Why it does not run here, and what it needs. */
  reason?: string;
}

/** Every engine under its name: a device of ONNX Runtime or a backend of TensorFlow.js. */
const ENGINES = new Map<string, EngineOptions>([
  ...DEVICES.map((device) => [device, { device }] as const),
  ...TFJS_BACKENDS.map((backend) => [backend, { backend }] as const),
]);

/** Starting an engine and testing it takes no longer than this, in milliseconds. */
const PATIENCE = 120_000;

/** `mtpi doctor`: what this machine can run the network on, how fast, and what to install to go faster. */
export function doctorCommand(program: Command, signal: AbortSignal): void {
  program
    .command('doctor')
    .summary('tell what this machine can run the network on, and how fast')
    .description(
      'Starts every engine that the network could run on, each in a process of its own, and times a product of two ' +
        'matrices there for about a second. Tells what to install for those that do not run.',
    )
    .addOption(new Option('--probe <engine>', 'test this one only').choices([...ENGINES.keys()]))
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ mtpi doctor\n  $ mtpi doctor --probe webgpu')
    .action((flags: DoctorFlags) => (flags.probe ? probe(flags.probe) : doctor(flags, signal)));
}

async function doctor(flags: DoctorFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  const engines: Engine[] = [];
  for (const name of ENGINES.keys()) {
    reporter.progress('testing', engines.length, ENGINES.size, { note: name });
    engines.push(await probeApart(name, signal));
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
    ...(await runtimeVersions()),
  };
  reporter.result({ machine, engines }, describe(machine, engines));
}

/** Tests an engine in this process and prints an `Engine`. */
async function probe(name: string): Promise<void> {
  let fallback: string | undefined;
  const onFallback = (note: string) => {
    fallback = note;
  };
  const result = await benchmarkMatMul({ ...ENGINES.get(name), onFallback }).then(
    (gflops) => (fallback ? { reason: fallback } : { gflops: Number(gflops.toPrecision(3)) }),
    (error: Error) => ({ reason: error.message }),
  );
  process.stdout.write(`${JSON.stringify({ flag: flagOf(name), ...result })}\n`);
}

const flagOf = (name: string) => `--${ENGINES.get(name)?.backend ? 'backend' : 'device'} ${name}`;

/** Tests an engine in a process of its own: a native one may crash, and two of them may not bear each other. */
async function probeApart(name: string, signal: AbortSignal): Promise<Engine> {
  const command = [...process.execArgv, process.argv[1], 'doctor', '--probe', name];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { signal, timeout: PATIENCE });
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
    'What runs here, by GFLOP/s of a product of two float32 matrices:',
    ...running.map(({ flag, gflops }) => `  ${flag.padEnd(24)} ${String(gflops).padStart(7)}`),
    '',
    'What does not, why, and what it needs:',
    ...missing.map(({ flag, reason }) => `  ${flag}: ${reason}`),
    '',
    running.length > 0
      ? `The fastest is mtpi despeckle ${running[0].flag}; the default is --device cpu.`
      : 'Nothing runs the network here: npm i onnxruntime-node',
  ].join('\n');
}
