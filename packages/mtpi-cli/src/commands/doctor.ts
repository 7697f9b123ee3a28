import { DEVICES, TFJS_BACKENDS } from '@mtpi/tfjs-onnx/types';
import { type Command, Option } from 'commander';
import type { Context } from '../context';
import { jsonLine, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface DoctorFlags extends ReporterOptions {
  probe?: string;
}

/** Devices of ONNX Runtime and backends of TensorFlow.js. */
const ENGINES = [...DEVICES, ...TFJS_BACKENDS];

/** `mtpi doctor`: lists inference backends, their speed, and what to install for others. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Starts every inference backend in a separate process and benchmarks a matrix product for about a second. For ' +
        'unavailable backends, reports the reason and what to install.',
    )
    .addOption(new Option('--probe <engine>').choices(ENGINES).hideHelp()); // for the processes
  reporterOptions(command)
    .addHelpText('after', '\nExamples:\n  $ mtpi doctor\n  $ mtpi doctor --json')
    .action((flags: DoctorFlags) => (flags.probe ? probe(flags.probe, context) : doctor(flags, context)));
}

async function doctor(flags: DoctorFlags, context: Context): Promise<void> {
  await reporting(flags, context, 'testing', async (reporter) => {
    const benchmark = await import('@mtpi/workflows/engine-benchmark');
    const command = [process.execPath, ...process.execArgv, process.argv[1], 'doctor', '--probe'];
    const engines = await benchmark.benchmarkEngines(ENGINES, command, {
      signal: context.signal,
      onProgress: (progress, name) => reporter.progress(progress, name),
    });
    const machine = await benchmark.describeMachine();
    reporter.result({ machine, engines }, benchmark.formatBenchmarks(machine, engines));
  });
}

/** Benchmarks an engine in this process and prints it. */
async function probe(name: string, { stdout }: Context): Promise<void> {
  const { benchmarkEngine } = await import('@mtpi/workflows/engine-benchmark');
  stdout.write(jsonLine({ ...(await benchmarkEngine(name)) }));
}
