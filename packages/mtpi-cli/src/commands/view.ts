import { basename, extname } from 'node:path';
import type { Image } from '@mtpi/polsar-priors';
import { isSarIoError, readOverview, toCompositeImage, toDecibelImage } from '@mtpi/sar-io';
import { openAcquisition, openRaster, writePng } from '@mtpi/sar-io/node';
import type { Command } from 'commander';
import type { NdArray } from 'ndarray';
import { integer } from '../arguments';
import { halfBlocks } from '../half-blocks';
import { createReporter, type ReporterOptions } from '../progress';

interface ViewFlags extends ReporterOptions {
  output?: string;
  size: number;
}

const examples = `
Examples:
  A dual-polarization image, VV red, VH green, VV/VH blue:
    $ mtpi view out.tif
    $ mtpi view t_VV.tif t_VH.tif -o target.png
  One band, grey:
    $ mtpi view t_VV.tif --size 800`;

/** `mtpi view`: a picture of a raster. */
export function viewCommand(program: Command, signal: AbortSignal): void {
  program
    .command('view')
    .summary('make a picture of an image')
    .description(
      'Writes a PNG of an image in dB, its 2nd percentile black and its 98th white: a colour composite of two ' +
        'polarizations, grey of one band. On a terminal with colours it is shown there too.',
    )
    .argument('<path...>', 'an image, or its VV and VH')
    .option('-o, --output <path>', 'where to write; default the name of the image with .png, here')
    .option('--size <pixels>', 'rows and columns of the picture at most', integer(16), 1500)
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((paths: string[], flags: ViewFlags) => view(paths, flags, signal));
}

async function view(paths: string[], flags: ViewFlags, signal: AbortSignal): Promise<void> {
  const [path] = paths;
  const { output = `${basename(path, extname(path))}.png`, size } = flags;
  await writePng(output, await pictureOf(paths, size, signal));
  const reporter = createReporter(flags);
  const shown = process.stdout.isTTY && process.stdout.hasColors(2 ** 24) && !flags.json && !flags.quiet;
  if (shown) {
    const preview = await pictureOf(
      paths,
      Math.min(process.stdout.columns, 2 * process.stdout.rows - 6),
      signal,
    );
    process.stdout.write(halfBlocks(preview));
  }
  reporter.result({ output }, output);
}

/** [4 or 2, rows, cols]: the composite, or grey and alpha of the only band. */
async function pictureOf(
  paths: readonly string[],
  size: number,
  signal: AbortSignal,
): Promise<NdArray<Uint8ClampedArray>> {
  const acquisition = await openAcquisition(paths.length === 1 ? paths[0] : paths).catch((error) => {
    if (paths.length === 1 && isSarIoError(error, 'UnsupportedFormat')) return undefined;
    throw error;
  });
  const source = acquisition ?? (await openRaster(paths[0]));
  try {
    const { image, mask } = await readOverview(source, acquisition ? 2 : 1, size, { signal });
    return acquisition ? toCompositeImage(image, mask) : toDecibelImage(image.pick(0) as Image, mask);
  } finally {
    await source.close();
  }
}
