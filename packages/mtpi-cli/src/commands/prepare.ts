import type { CoregisterOptions } from '@mtpi/sentinel1';
import { type Command, Option } from 'commander';
import { integer, looks, renamed } from '../arguments';
import type { Context } from '../context';
import { plainTable } from '../plain-table';
import { mapOptions, type ProductFlags, productOptions, selectionOf } from '../product-options';
import { jobOptions, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface PrepareFlags
  extends ReporterOptions,
    ProductFlags,
    Pick<CoregisterOptions, 'calibration' | 'reference' | 'denoise' | 't2' | 'format' | 'threads'> {
  output: string;
  multilook?: { range: number; azimuth: number };
  haAlpha?: true;
  haAlphaWindow?: number;
}

const WINDOW = 5;

const examples = `
Examples:
  Three products of one track to C2 GeoTIFFs that share one grid, bursts 3 to 5 of swath IW1:
    $ mtpi prepare A.zip B.zip C.zip --swath IW1 --bursts 3-5 -o stack
  The bursts around a town, with precise orbits from a folder:
    $ mtpi prepare *.SAFE --swath IW2 --aoi 11.2,46.4,11.5,46.6 --orbit orbits -o stack
  All three swaths side by side, four looks in range, as PolSARpro folders with H, A and alpha:
    $ mtpi prepare *.zip --swath IW1,IW2,IW3 --multilook 4x1 --ha-alpha --format polsarpro -o stack
  Geocoded to a 20 m grid with a DEM:
    $ mtpi prepare *.zip --swath IW1,IW2,IW3 --multilook 5x1 --geocode utm --dem heights.tif -o map
  GRD products to terrain-flattened gamma0, with DEM tiles:
    $ mtpi prepare *GRDH*.zip --spacing 20 --dem N45E011.tif N46E011.tif --flatten -o rtc
Then:
    $ mtpi despeckle --stack stack -o despeckled`;

/** `mtpi prepare`: Sentinel-1 products in, a stack on one grid out. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Brings Sentinel-1 products to one grid: SLC products of one track become co-registered C2, in radar geometry or ' +
        'geocoded; GRD products become terrain-corrected intensities. stack.json describes the stack.',
    )
    .argument(
      '<product...>',
      'SAFE folders or zips, SLC or GRD, or folders of them; slices of a pass are joined',
    )
    .requiredOption('-o, --output <folder>', 'output folder');
  productOptions(command)
    .option('--aoi <area>', 'only bursts that intersect west,south,east,north (degrees) or a GeoJSON file')
    .option('--reference <name>', 'product that defines the grid, by part of its name (default: middle date)')
    .addOption(
      new Option('--calibration <convention>', 'radiometric calibration')
        .choices(['sigma0', 'beta0', 'gamma0'])
        .default('sigma0'),
    )
    .option('--multilook <looks>', 'multilooking factor, range x azimuth, e.g. 4x1', looks)
    .option('--denoise', 'apply thermal noise correction (needs multilooking or --ha-alpha)')
    .option('--ha-alpha', 'also write H/A/alpha')
    .option('--ha-alpha-window <pixels>', 'averaging window; implies --ha-alpha (default: 5)', integer(1))
    .option('--t2', 'also write the coherency matrix');
  mapOptions(command)
    .addOption(
      new Option('--format <format>', 'file format').choices(['geotiff', 'polsarpro']).default('geotiff'),
    )
    .option('--threads <n>', 'resampling threads (default: number of cores, max. 4)', integer(1));
  renamed(command, '--h-a-alpha [window]', '--ha-alpha, its window --ha-alpha-window');
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((products: string[], flags: PrepareFlags) => prepare(products, flags, context));
}

async function prepare(products: string[], flags: PrepareFlags, context: Context): Promise<void> {
  const { output, calibration, reference, multilook, denoise, t2, format, threads } = flags;
  await reporting(flags, context, 'opening', async (reporter) => {
    const { prepareStack, stackTable } = await import('@mtpi/workflows');
    const { map, ...selection } = await selectionOf(flags);
    const stack = await prepareStack(products, output, {
      ...selection,
      geocode: map,
      ...{ calibration, reference, looks: multilook, denoise, t2, format, threads },
      haAlpha: flags.haAlphaWindow ?? (flags.haAlpha && WINDOW),
      ...jobOptions(reporter, context),
    });
    const [head, ...rows] = stackTable(stack);
    const dates = stack.dates.length === 1 ? '1 date' : `${stack.dates.length} dates`;
    reporter.result(
      { output, ...stack },
      [plainTable(head, rows), `${output}: ${dates}, ${stack.width} × ${stack.height}`].join('\n'),
    );
  });
}
