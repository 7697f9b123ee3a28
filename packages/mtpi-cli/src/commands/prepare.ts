import type { BackscatterConvention, StackFormat } from '@mtpi/sentinel1';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { choice, integer, looks, positive } from '../arguments';
import type { Context } from '../context';
import { plainTable } from '../plain-table';
import { type ProductFlags, productOptions, selectionOf } from '../product-options';
import { jobOptions, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface PrepareFlags extends ReporterOptions, ProductFlags {
  output: string;
  calibration: BackscatterConvention;
  reference?: string;
  multilook?: { range: number; azimuth: number };
  denoise?: boolean;
  hAAlpha?: number | true;
  t2?: boolean;
  format: StackFormat;
  threads?: number;
  geocode?: number | 'utm';
  dem?: string[];
  demHeights?: 'ellipsoid' | 'geoid';
  geoid?: string | number;
  flatten?: boolean;
  spacing?: number;
}

const WINDOW = 5;

const examples = `
Examples:
  Three products of one track to C2 GeoTIFFs that share one grid, bursts 3 to 5 of swath IW1:
    $ mtpi prepare A.zip B.zip C.zip --swath IW1 --bursts 3-5 -o stack
  The bursts around a town, with precise orbits from a folder:
    $ mtpi prepare *.SAFE --swath IW2 --aoi 11.2,46.4,11.5,46.6 --orbit orbits -o stack
  All three swaths side by side, four looks in range, as PolSARpro folders with H, A and alpha:
    $ mtpi prepare *.zip --swath IW1,IW2,IW3 --multilook 4x1 --h-a-alpha --format polsarpro -o stack
  Geocoded to a 20 m grid with a DEM:
    $ mtpi prepare *.zip --swath IW1,IW2,IW3 --multilook 5x1 --geocode utm --dem heights.tif -o map
  GRD products to gamma0 of the terrain, with tiles of a DEM:
    $ mtpi prepare *GRDH*.zip --spacing 20 --dem N45E011.tif N46E011.tif --flatten -o rtc
Then:
    $ mtpi despeckle --stack stack -o despeckled`;

/** `mtpi prepare`: Sentinel-1 products in, a stack on one grid out. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Calibrates Sentinel-1 products to a stack on one grid, described by stack.json: IW SLC products of one track become ' +
        'co-registered C2, in radar geometry or geocoded; GRD products become terrain-corrected intensities.',
    )
    .argument('<product...>', 'SAFE folders or zips, SLC or GRD')
    .requiredOption('-o, --output <folder>', 'output folder');
  productOptions(command)
    .option('--aoi <area>', 'only bursts that intersect west,south,east,north (degrees) or a GeoJSON file')
    .option(
      '--reference <name>',
      'reference product (defines the grid), by its date or another part of its name (default: middle date)',
    )
    .addOption(
      choice('--calibration <convention>', 'radiometric calibration', ['sigma0', 'beta0', 'gamma0'], {
        sigma: 'sigma0',
        beta: 'beta0',
        gamma: 'gamma0',
      }).default('sigma0'),
    )
    .option('--multilook <looks>', 'multilooking factor, range x azimuth, e.g. 4x1', looks)
    .option('--denoise', 'apply thermal noise correction (needs multilooking or --h-a-alpha)')
    .option(
      '--h-a-alpha [window]',
      `also write H/A/alpha, averaged over this window (default: ${WINDOW})`,
      integer(1),
    )
    .option('--t2', 'also write the coherency matrix')
    .option(
      '--geocode <crs>',
      'geocode to utm, EPSG:326xx, EPSG:327xx or EPSG:4326 (default with a map option and for GRD: utm)',
      crs,
    )
    .option('--dem <files...>', 'DEM, one raster or several tiles (default: heights of the geolocation grid)')
    .addOption(
      new Option('--dem-heights <datum>', 'heights above (default: as declared)').choices([
        'ellipsoid',
        'geoid',
      ]),
    )
    .option('--geoid <file|m>', 'geoid heights, a raster or meters (default: EGM96)', numberOrText)
    .option('--flatten', 'radiometric terrain flattening to gamma0; needs a DEM')
    .option(
      '--spacing <size>',
      'pixel spacing in meters, or degrees for EPSG:4326 (default: SLC 20 m, GRD its own, 0.0002°)',
      positive,
    )
    .addOption(
      new Option('--format <format>', 'file format').choices(['geotiff', 'polsarpro']).default('geotiff'),
    )
    .option('--threads <n>', 'resampling threads (default: number of cores, max. 4)', integer(1));
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((products: string[], flags: PrepareFlags) => prepare(products, flags, context));
}

async function prepare(products: string[], flags: PrepareFlags, context: Context): Promise<void> {
  const { output, calibration, reference, multilook, denoise, t2, format } = flags;
  const { geocode, dem, demHeights, geoid, flatten, spacing } = flags;
  const map = { epsg: geocode, spacing, dem, heights: demHeights, geoid, flatten };
  await reporting(flags, context, 'opening', async (reporter) => {
    const { OFFSET_COLUMNS, offsetRows, prepareStack } = await import('@mtpi/workflows');
    const stack = await prepareStack(products, output, {
      ...(await selectionOf(flags)),
      ...{ calibration, reference, looks: multilook, denoise, t2, format },
      haAlpha: flags.hAAlpha === true ? WINDOW : flags.hAAlpha,
      threads: flags.threads,
      ...(Object.values(map).some((value) => value !== undefined) && { geocode: map }),
      ...jobOptions(reporter, context),
    });
    reporter.result(
      { output, ...stack },
      [
        plainTable([...OFFSET_COLUMNS], offsetRows(stack)),
        `${output}: ${stack.dates.length} dates, ${stack.width} × ${stack.height}`,
      ].join('\n'),
    );
  });
}

const numberOrText = (text: string) =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

function crs(text: string): number | 'utm' {
  if (/^utm$/i.test(text)) return 'utm';
  const match = /^(?:EPSG:)?(\d{4,5})$/i.exec(text);
  if (!match) throw new InvalidArgumentError('Expected utm or a reference system such as EPSG:32633.');
  return Number(match[1]);
}
