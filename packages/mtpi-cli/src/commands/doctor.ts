import type { EngineBenchmark } from '@mtpi/workflows';
import { type Command, Option } from 'commander';
import type { Context } from '../context';
import { BACKENDS, DEVICES } from '../engine-options';
import { createReporter, jsonLine, type ReporterOptions, reporterOptions } from '../progress';

interface DoctorFlags extends ReporterOptions {
  probe?: string;
}

/** Devices of ONNX Runtime and backends of TensorFlow.js. */
const ENGINES = [...DEVICES, ...BACKENDS].filter((name) => name !== 'auto' && name !== 'onnxruntime');

/** `mtpi doctor`: lists inference backends, their speed, and what to install for others. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Starts every inference backend in a process of its own and benchmarks a matrix product there for about a second. ' +
        'For those that are unavailable it says why, and what to install.',
    )
    .addOption(new Option('--probe <engine>', 'benchmark this one only').choices(ENGINES));
  reporterOptions(command)
    .addHelpText('after', '\nExamples:\n  $ mtpi doctor\n  $ mtpi doctor --probe webgpu')
    .action((flags: DoctorFlags) => (flags.probe ? probe(flags.probe, context) : doctor(flags, context)));
}

async function doctor(flags: DoctorFlags, context: Context): Promise<void> {
  const reporter = createReporter(flags, context);
  const { benchmarkInProcess, describeMachine } = await import('@mtpi/workflows');
  const command = [process.execPath, ...process.execArgv, process.argv[1], 'doctor', '--probe'];
  const engines: EngineBenchmark[] = [];
  for (const name of ENGINES) {
    const progress = { stage: 'testing', done: engines.length, total: ENGINES.length, unit: 'backends' };
    reporter.progress(progress, name);
    engines.push(await benchmarkInProcess(name, [...command, name], context.signal));
  }
  reporter.stop();
  const machine = await describeMachine();
  reporter.result({ machine, engines }, describe(machine, engines));
}

/** Benchmarks an engine in this process and prints it. */
async function probe(name: string, { stdout }: Context): Promise<void> {
  const { benchmarkEngine } = await import('@mtpi/workflows');
  stdout.write(jsonLine({ ...(await benchmarkEngine(name)) }));
}

function describe(machine: Record<string, string | number>, engines: readonly EngineBenchmark[]): string {
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
      : 'No backend is available: npm install @mtpi/onnxruntime-node',
  ].join('\n');
}
