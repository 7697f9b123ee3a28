import {
  BACKSCATTER_CONVENTIONS,
  type BackscatterConvention,
  coregisterStack,
  type StackDescription,
  type StackFormat,
} from '@mtpi/sentinel1';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { integer } from '../arguments';
import { UsageError } from '../failure';
import { createReporter, type ReporterOptions } from '../progress';
import { type SafeFlags, safeOptions, selectionOf } from '../safe-options';
import { plainTable } from '../terminal-table';

interface PrepareFlags extends ReporterOptions, SafeFlags {
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
  dem?: string;
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
  The same on a map of 20 m, with the heights of an elevation model:
    $ mtpi prepare *.zip --swath IW1,IW2,IW3 --multilook 5x1 --geocode utm --dem heights.tif -o map
Then: mtpi despeckle --all stack.`;

/** `mtpi prepare`: Sentinel-1 SLC products in, co-registered covariances out. */
export function prepareCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('prepare')
    .summary('make co-registered covariances of Sentinel-1 SLC products')
    .description(
      'Calibrates, aligns, resamples and debursts Sentinel-1 IW SLC products of one track: a C2 for each date, all on the ' +
        'grid of the reference, in radar geometry, and stack.json, which tells how they were made.',
    )
    .argument('<product...>', 'SAFE folders or zips, one for each date')
    .requiredOption('-o, --output <folder>', 'where to write');
  safeOptions(command)
    .option(
      '--reference <name>',
      'date, or another part of the name, of the product that gives the grid; default the middle',
    )
    .addOption(
      new Option('--calibration <kind>', 'what powers are referred to')
        .choices(BACKSCATTER_CONVENTIONS)
        .default('sigma0'),
    )
    .option('--multilook <looks>', 'average so many samples × lines, such as 4x1', looks)
    .option('--denoise', 'subtract thermal noise from what is averaged')
    .option(
      '--h-a-alpha [window]',
      `also write H, A and alpha, by default of ${WINDOW} × ${WINDOW}`,
      integer(1),
    )
    .option('--t2', 'also write the coherency matrix')
    .option('--geocode <crs>', 'lay it on a map: utm, EPSG:326xx, EPSG:327xx or EPSG:4326', crs)
    .option('--dem <file>', 'heights of the map, metres above the ellipsoid; default the geolocation grid')
    .option('--spacing <size>', 'of the map: metres, or degrees in EPSG:4326; default 20 m, 0.0002°', Number)
    .addOption(
      new Option('--format <format>', 'of the files').choices(['geotiff', 'polsarpro']).default('geotiff'),
    )
    .option('--threads <n>', 'threads that resample; default the cores there are, 4 at most', integer(1))
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((products: string[], flags: PrepareFlags) => prepare(products, flags, signal));
}

async function prepare(products: string[], flags: PrepareFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  try {
    const { output, calibration, reference, multilook, denoise, t2, format } = flags;
    const { geocode, dem, spacing } = flags;
    if (geocode === undefined && (dem ?? spacing) !== undefined)
      throw new UsageError('expected --geocode with --dem and --spacing');
    const stack = await coregisterStack(products, output, {
      ...(await selectionOf(flags)),
      calibration,
      reference,
      looks: multilook,
      denoise,
      haAlpha: flags.hAAlpha === true ? WINDOW : flags.hAAlpha,
      t2,
      format,
      threads: flags.threads,
      ...(geocode !== undefined && { geocode: { epsg: geocode, spacing, dem } }),
      signal,
      onProgress: ({ stage, done, total }) => reporter.progress(stage, done, total),
    });
    reporter.result(
      { output, ...stack },
      [offsetTable(stack), `${output}: ${stack.dates.length} dates, ${stack.width} × ${stack.height}`].join(
        '\n',
      ),
    );
  } finally {
    reporter.stop();
  }
}

/** How far each burst was moved, and what amplitudes say is left. */
function offsetTable({ dates, reference }: StackDescription): string {
  const rows = dates.flatMap(({ name, orbit, swaths = [] }) =>
    name === reference
      ? [[name, orbit, '', 'reference', '', '']]
      : swaths.flatMap((swath) =>
          swath.bursts.map(({ burst, lines, samples }, i) => [
            i === 0 ? name : '',
            i === 0 ? orbit : '',
            `${swath.name} ${burst}`,
            lines.toFixed(2),
            samples.toFixed(2),
            i === 0 ? residualText(swath.residual) : '',
          ]),
        ),
  );
  return plainTable(['date', 'orbit', 'burst', 'lines', 'samples', 'residual'], rows);
}

type Residual = NonNullable<NonNullable<StackDescription['dates'][number]['swaths']>[number]['residual']>;

function residualText(residual: Residual | undefined): string {
  if (!residual) return 'too little structure';
  const { lines, samples, patches, corrected } = residual;
  return `${lines.toFixed(2)}, ${samples.toFixed(2)} (${patches} patches${corrected ? ', corrected' : ''})`;
}

function crs(text: string): number | 'utm' {
  if (/^utm$/i.test(text)) return 'utm';
  const match = /^(?:EPSG:)?(\d{4,5})$/i.exec(text);
  if (!match) throw new InvalidArgumentError('Expected utm or a reference system such as EPSG:32633.');
  return Number(match[1]);
}

function looks(text: string): { range: number; azimuth: number } {
  const match = /^(\d+)x(\d+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected looks in range and azimuth such as 4x1.');
  return { range: Number(match[1]), azimuth: Number(match[2]) };
}
