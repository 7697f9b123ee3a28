import type { QuicklookOptions } from '@mtpi/workflows/inspect';
import type { Command } from 'commander';
import { integer, range } from '../arguments';
import type { Context } from '../context';
import { jobOptions, type ReporterOptions, reporterOptions, reporting } from '../progress';

interface ViewFlags extends ReporterOptions, Pick<QuicklookOptions, 'size' | 'band' | 'range'> {
  output?: string;
}

const examples = `
Examples:
  A dual-polarization image, VV red, VH green, VV/VH blue:
    $ mtpi view out.tif
    $ mtpi view t_VV.tif t_VH.tif -o target.png
  One band, gray:
    $ mtpi view t_VV.tif --size 800
    $ mtpi view out.tif --band alpha --range 0,90`;

/** `mtpi view`: renders a quicklook. */
export function define(command: Command, context: Context): void {
  command
    .description(
      'Writes a PNG of an image in dB, stretched from its 2nd to its 98th percentile: a color composite of two ' +
        'polarizations, or one band in gray. On a terminal with 24-bit color, the image is also shown there.',
    )
    .argument('<path...>', 'an image, or its VV and VH')
    .option('-o, --output <path>', 'output (default: name of the image with .png, in the current folder)')
    .option('--band <name>', 'only this band, in gray, such as C22, H or alpha')
    .option('--range <min,max>', 'stretch of one band: powers in dB, others as they are', range)
    .option('--size <pixels>', 'maximum rows and columns of the quicklook', integer(16), 1500);
  reporterOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: ViewFlags) => view(paths, flags, context));
}

async function view(paths: string[], { output, ...flags }: ViewFlags, context: Context): Promise<void> {
  const { stdout, signal } = context;
  await reporting(flags, context, 'rendering', async (reporter) => {
    const { halfBlocks, renderQuicklook, writeQuicklook } = await import('@mtpi/workflows/inspect');
    const picture = await writeQuicklook(paths, output, { ...flags, ...jobOptions(reporter, context) });
    if (stdout.isTTY && stdout.hasColors(2 ** 24) && !flags.json && !flags.quiet) {
      const fitting = Math.min(stdout.columns, 2 * stdout.rows - 6);
      const preview = await renderQuicklook(paths, { ...flags, size: fitting, signal });
      reporter.stop();
      stdout.write(halfBlocks(preview));
    }
    reporter.result({ output: picture }, picture);
  });
}
