import { basename, extname } from 'node:path';
import type { Image } from '@mtpi/polsar-priors';
import type { Command } from 'commander';
import type { NdArray } from 'ndarray';
import { integer } from '../arguments';
import type { Context } from '../context';
import { halfBlocks } from '../half-blocks';
import { createReporter, type ReporterOptions, reporterOptions } from '../progress';

interface ViewFlags extends ReporterOptions {
  output?: string;
  size: number;
}

const examples = `
Examples:
  A dual-polarization image, VV red, VH green, VV/VH blue:
    $ mtpi view out.tif
    $ mtpi view t_VV.tif t_VH.tif -o target.png
  One band, gray:
    $ mtpi view t_VV.tif --size 800`;

/** `mtpi view`: renders a quicklook. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Writes a PNG of an image in dB, stretched from its 2nd to its 98th percentile: a color composite of two ' +
        'polarizations, or one band in gray. On a terminal with 24-bit color it is also shown there.',
    )
    .argument('<path...>', 'an image, or its VV and VH')
    .option('-o, --output <path>', 'output (default: name of the image with .png, in the current folder)')
    .option('--size <pixels>', 'maximum rows and columns of the quicklook', integer(16), 1500);
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: ViewFlags) => view(paths, flags, context));
}

async function view(paths: string[], { output, size, ...flags }: ViewFlags, context: Context): Promise<void> {
  const reporter = createReporter(flags, context);
  const { stdout, signal } = context;
  const [path] = paths;
  const picture = output ?? `${basename(path, extname(path))}.png`;
  reporter.start('rendering');
  try {
    const { assertSafeOutput } = await import('@mtpi/workflows');
    await assertSafeOutput(picture, paths, { kind: 'file' });
    const { writePng } = await import('@mtpi/sar-io/node');
    await writePng(picture, await quicklookOf(paths, size, signal));
    if (stdout.isTTY && stdout.hasColors(2 ** 24) && !flags.json && !flags.quiet) {
      const preview = await quicklookOf(paths, Math.min(stdout.columns, 2 * stdout.rows - 6), signal);
      reporter.stop();
      stdout.write(halfBlocks(preview));
    }
    reporter.result({ output: picture }, picture);
  } finally {
    reporter.stop();
  }
}

/** [4 or 2, rows, cols]: the composite, or gray and alpha of the only band. */
async function quicklookOf(
  paths: readonly string[],
  size: number,
  signal: AbortSignal,
): Promise<NdArray<Uint8ClampedArray>> {
  const { isSarIoError, readOverview, toCompositeImage, toDecibelImage } = await import('@mtpi/sar-io');
  const { openAcquisition, openRaster } = await import('@mtpi/sar-io/node');
  const acquisition = await openAcquisition(paths, { signal }).catch((error) => {
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
