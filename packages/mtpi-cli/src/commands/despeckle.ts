import type { DespeckleOptions } from '@mtpi/workflows';
import { type Command, Option } from 'commander';
import { integer, list, pixelWindow, renamed, resultOptions } from '../arguments';
import type { Context } from '../context';
import { type EngineFlags, engineOf, engineOptions } from '../engine-options';
import { mapOptions, type ProductFlags, productOptions, selectionOf } from '../product-options';
import { jobOptions, type ReporterOptions, reporterOptions, reporting, showProduct } from '../progress';
import { seriesTable } from '../series-table';

/** Flags that are options of `despeckle` have their names. */
interface DespeckleFlags extends ReporterOptions, ProductFlags, EngineFlags, DespeckleOptions {
  target?: string[];
  previous?: string[];
  next?: string[];
  stack?: string[];
  dryRun?: boolean;
  output: string;
  shard?: string;
}

const examples = `
Examples:
  Everything in a folder: dates, polarizations, products and orbits are recognized:
    $ mtpi despeckle sentinel1 -o despeckled
    $ mtpi despeckle sentinel1 -o despeckled --dry-run
  One file per polarization, VV first (GRD, RTC; intensities in linear power or dB):
    $ mtpi despeckle --target t_VV.tif t_VH.tif --previous p_VV.tif p_VH.tif --next n_VV.tif n_VH.tif -o out.tif
  PolSARpro C2 folders (the result has C11, C22, C12 and H/A/alpha):
    $ mtpi despeckle --target 20240305/C2 --previous 20240222/C2 --next 20240317/C2 -o out.tif
  Three Sentinel-1 SLC products, co-registered first:
    $ mtpi despeckle --target B.zip --previous A.zip --next C.zip --swath IW1 --bursts 3-5 -o out.tif
  Three GRD products, terrain-corrected first:
    $ mtpi despeckle --target B.zip --previous A.zip --next C.zip --dem N45E011.tif --flatten -o rtc.tif
  Every date of a stack written by mtpi prepare:
    $ mtpi despeckle --stack stack -o despeckled
  One date of it, with the two dates before and the two after:
    $ mtpi despeckle --stack stack --target-date 20240305 --dates 5 -o despeckled
  Only the area around a town:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif --aoi 11.2,46.4,11.5,46.6 -o town.tif
  The fourth of ten shards, on one of ten machines; then merge them on any machine:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.tif --shard 3/10
    $ mtpi merge out.tif
  Files on servers; only the required parts are read:
    $ mtpi despeckle --target https://example.org/t.tif --previous s3://bucket/p.tif --next s3://bucket/n.tif -o out.tif
  With an HTML page that compares before and after:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.tif --report out.html
  As a NumPy array [bands, rows, columns]:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.npy`;

/** `mtpi despeckle`: three acquisitions in, the middle one despeckled out. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Despeckles the target acquisition using the ones before and after it. An acquisition is a PolSARpro C2 folder, ' +
        'a C2 GeoTIFF, or a pair of VV and VH GeoTIFFs (complex, or intensities); or all are Sentinel-1 products, SLC or ' +
        'GRD. Dates on other grids are brought onto that of the target.',
    )
    .argument('[paths...]', 'folders and files in any order: every series of 3 or more dates is despeckled')
    .optionsGroup('Images:')
    .option('-t, --target <path...>', 'acquisition to despeckle: one path, VV and VH, or slices of a pass')
    .option('-p, --previous <path...>', 'acquisition before the target')
    .option('-n, --next <path...>', 'acquisition after the target')
    .addOption(
      new Option(
        '--stack <path...>',
        'despeckle every date of this folder, or every one of these acquisitions, using all others',
      ).conflicts(['target', 'previous', 'next']),
    )
    .option('--dates <n>', 'for a folder or stack: use at most n dates per target (default: 65)', integer(3))
    .option('--target-date <date>', 'for a folder or stack: despeckle only this date, such as 20240305')
    .option('--dry-run', 'for a folder or stack: list the acquisitions and outputs, and exit')
    .requiredOption(
      '-o, --output <path>',
      'output: .tif (COG), .npy, or a folder (PolSARpro); for a folder or stack, a folder of .tif files',
    )
    .option(
      '--report <path>',
      'write an HTML page that compares target and result; for a folder or stack, a folder of them',
    )
    .addOption(
      new Option('--scale <scale>', 'scale of the intensities')
        .choices(['auto', 'linear', 'db', 'amplitude'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--aoi <area>',
        'area of interest: west,south,east,north in degrees, or a GeoJSON file',
      ).conflicts('crop'),
    )
    .option('--crop <x,y,width,height>', 'despeckle this part only, in pixels', pixelWindow)
    .addOption(
      new Option(
        '--align <mode>',
        'dates on other grids: crop to the shared area, keep the area of the target, or refuse them',
      )
        .choices(['shared', 'target', 'off'])
        .default('shared'),
    );
  renamed(command, '--all <path...>', '--stack');
  command
    .optionsGroup('Output:')
    .addOption(
      new Option('--output-scale <scale>', 'scale of the intensities written')
        .choices(['linear', 'db', 'amplitude'])
        .default('linear'),
    )
    .option('--bands <names>', 'bands to write, such as VV or C11,C22,alpha (default: all)', list)
    .option('--separate-bands', 'write a file for each band, such as out_VV.tif');
  resultOptions(command);
  mapOptions(productOptions(command.optionsGroup('Sentinel-1 products, SLC and GRD:')));
  command
    .optionsGroup('Network:')
    .option(
      '-w, --weights <weights>',
      'mtpi, mtpi-small (five times as fast), or a file: .safetensors or published .pth (default: mtpi)',
    )
    .option('--tile <pixels>', 'tile size in rows and columns (default: that of the weights)', integer(16))
    .option('--overlap <pixels>', 'overlap of neighboring tiles (default: 8)', integer(0))
    .option('--ha-alpha-window <pixels>', 'averaging window for H/A/alpha (default: 5)', integer(1));
  renamed(command, '--window <pixels>', '--ha-alpha-window');
  engineOptions(command)
    .optionsGroup('Long runs:')
    .option('--resume', 'checkpoint finished tile rows and resume an interrupted run')
    .addOption(
      new Option(
        '--shard <i/n>',
        'process shard i of n (0-based); auto: read from the Slurm/AWS Batch/Kubernetes task index; report, quicklook ' +
          'and STAC Item: see mtpi merge',
      ).conflicts(['report', 'quicklook', 'stac']),
    );
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: DespeckleFlags) => despeckle(paths, flags, context));
}

async function despeckle(
  paths: string[],
  { target, previous, next, stack, output, ...flags }: DespeckleFlags,
  context: Context,
): Promise<void> {
  const engine = engineOf(flags);
  await reporting(flags, context, 'opening', async (reporter) => {
    const { DESPECKLE_OPTIONS, despeckle, parseShard } = await import('@mtpi/workflows');
    const options = Object.fromEntries(DESPECKLE_OPTIONS.map((name) => [name, flags[name]]));
    const inputs = {
      ...{ target, previous, next },
      stack: stack?.length === 1 ? stack[0] : stack,
      paths: paths.length > 0 ? paths : undefined,
    };
    const products = despeckle(inputs, output, {
      ...options,
      ...(await selectionOf(flags)),
      ...{ engine, dryRun: flags.dryRun },
      shard: flags.shard === undefined ? undefined : parseShard(flags.shard, process.env),
      command: ['mtpi', ...context.words],
      ...jobOptions(reporter, context),
      onSeries: async (list) => {
        // What is not used is told by warnings or the error.
        const shown = list.series.length > 0 ? { ...list, unused: [] } : list;
        const table = await seriesTable(shown, context[flags.dryRun ? 'stdout' : 'stderr']);
        if (flags.dryRun) reporter.result({ ...list }, table);
        else if (!flags.json && list.series.length > 0) reporter.message(table);
      },
    });
    for await (const product of products) showProduct(product, reporter);
  });
}
