import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Despeckler, loadNetwork } from '@mtpi/model';
import {
  describeProcessing,
  despeckleJob,
  outputFormat,
  type PartialResult,
  type PowerScale,
  type Shard,
  type TripletPaths,
  tripletsOf,
  weightsHash,
  writeReport,
} from '@mtpi/workflows';
import { type Command, Option } from 'commander';
import { integer } from '../arguments';
import { type EngineFlags, engineOf, engineOptions } from '../engine-options';
import { UsageError } from '../failure';
import { prepared } from '../prepared';
import { createReporter, type ReporterOptions } from '../progress';
import { type SafeFlags, safeOptions } from '../safe-options';
import { parseShard } from '../shard-option';

interface DespeckleFlags extends ReporterOptions, SafeFlags, EngineFlags {
  target?: string[];
  previous?: string[];
  next?: string[];
  all?: string[];
  output: string;
  weights?: string;
  scale: PowerScale;
  tile?: number;
  overlap?: number;
  window: number;
  resume?: boolean;
  shard?: Shard;
  report?: string;
}

interface Job {
  output: string;
  /** Where its report goes, if there is to be one. */
  report?: string;
  paths: TripletPaths;
}

const examples = `
Examples:
  One file per polarisation, VV first (GRD, RTC; intensities in linear power or dB):
    $ mtpi despeckle --target t_VV.tif t_VH.tif --previous p_VV.tif p_VH.tif --next n_VV.tif n_VH.tif -o out.tif
  PolSARpro C2 folders (the result has C11, C22, C12 and H/A/alpha):
    $ mtpi despeckle --target 20240305/C2 --previous 20240222/C2 --next 20240317/C2 -o out.tif
  Three Sentinel-1 SLC products, prepared on the way:
    $ mtpi despeckle --target B.zip --previous A.zip --next C.zip --swath IW1 --bursts 3-5 -o out.tif
  Every date of a prepared stack:
    $ mtpi despeckle --all stack -o despeckled
  The fourth of ten parts, on one of ten machines; then, on any:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.tif --shard 3/10
    $ mtpi merge out.tif
  Files on a server, read as far as they are needed:
    $ mtpi despeckle --target https://example.org/t.tif --previous s3://bucket/p.tif --next s3://bucket/n.tif -o out.tif
  With a page that compares before and after:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.tif --report out.html
  As a NumPy array [bands, rows, columns]:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.npy`;

/** `mtpi despeckle`: three acquisitions in, the middle one without speckle out. */
export function despeckleCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('despeckle')
    .summary('despeckle an acquisition with the help of one before and one after')
    .description(
      'Despeckles the target acquisition with the help of one before and one after it. All three must share one grid. ' +
        'Each is a PolSARpro C2 folder, a C2 GeoTIFF, or VV and VH GeoTIFFs (complex, or intensities); or all three are ' +
        'Sentinel-1 IW SLC products.',
    )
    .optionsGroup('Images:')
    .option('-t, --target <path...>', 'the acquisition to despeckle: one path, or VV and VH')
    .option('-p, --previous <path...>', 'the acquisition before')
    .option('-n, --next <path...>', 'the acquisition after')
    .addOption(
      new Option(
        '--all <path...>',
        'despeckle every one of these dates, or of the dates in this folder',
      ).conflicts(['target', 'previous', 'next']),
    )
    .requiredOption(
      '-o, --output <path>',
      'where to write: .tif (COG), .npy, or a folder (PolSARpro); with --all a folder of .tif',
    )
    .addOption(
      new Option(
        '--report <path>',
        'write a page that compares target and result: .html; with --all a folder of them; of shards, mtpi merge does',
      ).conflicts('shard'),
    )
    .addOption(
      new Option('--scale <scale>', 'scale of intensities')
        .choices(['auto', 'linear', 'db'])
        .default('auto'),
    );
  safeOptions(command.optionsGroup('Sentinel-1 SLC products:'));
  command
    .optionsGroup('Network:')
    .option(
      '-w, --weights <weights>',
      'mtpi, mtpi-small (four times as fast), or a file (.safetensors or published .pth); default mtpi',
    )
    .option(
      '--tile <pixels>',
      'rows and columns of a tile; default what the weights were trained for',
      integer(16),
    )
    .option(
      '--overlap <pixels>',
      'pixels that neighbouring tiles share; default a sixteenth of the tile',
      integer(0),
    )
    .option('--window <pixels>', 'window of the average that H, A and alpha are taken from', integer(1), 5);
  engineOptions(command)
    .optionsGroup('Long runs:')
    .option(
      '--resume',
      'keep finished rows of tiles beside the output until it is done; go on from those of a stopped run',
    )
    .option(
      '--shard <i/n>',
      'make one of n parts, counted from 0, for mtpi merge; auto: as Slurm, AWS Batch or Kubernetes tell',
      (text) => parseShard(text),
    )
    .optionsGroup('Messages:')
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((flags: DespeckleFlags) =>
      prepared(flags, signal, (ready, productOf) =>
        despeckle(ready, productOf, program.version() ?? '', signal),
      ),
    );
}

async function despeckle(
  flags: DespeckleFlags,
  productOf: (path: string) => string,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const reporter = createReporter(flags);
  try {
    reporter.start('opening');
    const jobs = await jobsOf(flags);
    const trained = await loadNetwork(flags.weights);
    const { network, transform, tile } = trained;
    const options = engineOf(flags, (note) => reporter.message(note));
    const engine = {
      key: weightsHash(trained),
      despeckler: new Despeckler(network, transform, tile, options),
    };
    const parts: PartialResult[] = [];
    for (const [i, { output, paths, report }] of jobs.entries()) {
      const facts = describeProcessing(flags, paths, productOf, engine.key, version);
      const { path, result, part } = await despeckleJob(output, paths, engine, {
        ...flags,
        facts,
        signal,
        onNote: (note) => reporter.message(note),
        onProgress: (done, total, pixels) =>
          reporter.progress('despeckling', done, total, {
            unit: 'tiles',
            ...(jobs.length > 1 && { note: `date ${i + 1} of ${jobs.length}` }),
            pixels,
          }),
      });
      if (part) parts.push(part);
      if (report) {
        await writeReport(report, {
          ...flags,
          target: paths.target,
          output: path,
          facts,
          signal,
          onProgress: (done, total) => reporter.progress('report', done, total, { unit: 'rows' }),
        });
      }
      const { width, height, bands } = result;
      reporter.result(
        { output: path, width, height, bands, ...(report && { report }) },
        [`${path}: ${width} × ${height}, ${bands.join(', ')}`, ...(report ? [report] : [])].join('\n'),
      );
    }
    for (const part of parts) await part.remove();
    await engine.despeckler.dispose();
  } finally {
    reporter.stop();
  }
}

/** What is to be despeckled, and where to. */
async function jobsOf({
  all,
  target,
  previous,
  next,
  output,
  scale,
  report,
}: DespeckleFlags): Promise<Job[]> {
  if (all) {
    await mkdir(output, { recursive: true });
    if (report) await mkdir(report, { recursive: true });
    return (await tripletsOf(all, scale)).map(({ name, paths }) => ({
      output: join(output, `${name}.tif`),
      report: report && join(report, `${name}.html`),
      paths,
    }));
  }
  if (report && outputFormat(output) === 'npy')
    throw new UsageError(
      `--report: expected an output that can be read back, .tif or a folder; found ${output}`,
    );
  if (!target || !previous || !next)
    throw new UsageError('expected --target, --previous and --next, or --all');
  return [{ output, report, paths: { target, previous, next } }];
}
