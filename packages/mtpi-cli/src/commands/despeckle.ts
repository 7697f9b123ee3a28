import { loadDespeckler } from '@mtpi/model';
import { createImage, haAlpha, type Image, type Mask } from '@mtpi/polsar-priors';
import type { Device } from '@mtpi/tfjs-onnx';
import { type Command, Option } from 'commander';
import { integer } from '../arguments';
import { createOutput } from '../output';
import { createReporter, type ReporterOptions } from '../progress';
import { openTriplet, type PowerScale } from '../triplet';

interface DespeckleFlags extends ReporterOptions {
  target: string[];
  previous: string[];
  next: string[];
  output: string;
  weights?: string;
  scale: PowerScale;
  tile?: number;
  overlap?: number;
  window: number;
  device: Device;
  threads?: number;
}

const examples = `
Examples:
  One file per polarisation, VV first (GRD, RTC; intensities in linear power or dB):
    $ mtpi despeckle --target t_VV.tif t_VH.tif --previous p_VV.tif p_VH.tif --next n_VV.tif n_VH.tif -o out.tif
  PolSARpro C2 folders (the result has C11, C22, C12 and H/A/alpha):
    $ mtpi despeckle --target 20240305/C2 --previous 20240222/C2 --next 20240317/C2 -o out.tif
  As a NumPy array [bands, rows, columns]:
    $ mtpi despeckle --target t.tif --previous p.tif --next n.tif -o out.npy`;

/** `mtpi despeckle`: three acquisitions in, the middle one without speckle out. */
export function despeckleCommand(program: Command, signal: AbortSignal): void {
  program
    .command('despeckle')
    .summary('despeckle an acquisition with the help of one before and one after')
    .description(
      'Despeckles the target acquisition with the help of one before and one after it. All three must share one grid.\n' +
        'Each is a PolSARpro C2 folder, a C2 GeoTIFF, or VV and VH GeoTIFFs (complex, or intensities).',
    )
    .requiredOption('-t, --target <path...>', 'the acquisition to despeckle: one path, or VV and VH')
    .requiredOption('-p, --previous <path...>', 'the acquisition before')
    .requiredOption('-n, --next <path...>', 'the acquisition after')
    .requiredOption('-o, --output <path>', 'where to write: .tif (COG), .npy, or a folder (PolSARpro)')
    .option(
      '-w, --weights <weights>',
      'mtpi (shipped), or a file (.safetensors or published .pth); default mtpi',
    )
    .addOption(
      new Option('--scale <scale>', 'scale of intensities')
        .choices(['auto', 'linear', 'decibel'])
        .default('auto'),
    )
    .option(
      '--tile <pixels>',
      'rows and columns of a tile; default what the weights were trained for',
      integer(16),
    )
    .option(
      '--overlap <pixels>',
      'pixels that neighbouring tiles share; default an eighth of the tile',
      integer(0),
    )
    .option('--window <pixels>', 'window of the average that H, A and alpha are taken from', integer(1), 5)
    .addOption(
      new Option('--device <device>', 'where to run')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
        .default('cpu'),
    )
    .option('--threads <n>', 'CPU threads; default all cores', integer(1))
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((flags: DespeckleFlags) => despeckle(flags, signal));
}

async function despeckle(flags: DespeckleFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  const triplet = await openTriplet(flags, flags.scale);
  try {
    const { target, source, notes } = triplet;
    for (const note of notes) reporter.message(note);
    const despeckler = await loadDespeckler(flags.weights, { device: flags.device, threads: flags.threads });
    const bands =
      source.bands === 4 ? ['C11', 'C22', 'C12_real', 'C12_imag', 'H', 'A', 'alpha'] : target.channels;
    const sink = await createOutput(flags.output, {
      width: source.width,
      height: source.height,
      bands,
      georeference: target.georeference,
      metadata: {
        SOFTWARE: '@mtpi/cli',
        ...(target.acquired ? { ACQUISITION_TIME: target.acquired.toISOString() } : {}),
      },
    });
    try {
      const onProgress = (done: number, total: number) => reporter.progress('despeckling', done, total);
      const rows = despeckler.despeckle(source, { ...flags, signal, onProgress });
      for await (const { image, mask } of rows) {
        await sink.write(source.bands === 4 ? withPriors(image, mask) : image, mask);
      }
      await sink.close();
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await despeckler.dispose();
    reporter.result(
      { output: flags.output, width: source.width, height: source.height, bands },
      `${flags.output}: ${source.width} × ${source.height}, ${bands.join(', ')}`,
    );
  } finally {
    reporter.stop();
    await triplet.close();
  }
}

/** A covariance with the H, A and alpha that follow from it as further bands. */
function withPriors(c2: Image, mask: Mask): Image {
  const [, rows, cols] = c2.shape;
  const result = createImage(7, rows, cols);
  result.data.set(c2.data.subarray(c2.offset, c2.offset + 4 * rows * cols));
  result.data.set(haAlpha(c2, mask).data, 4 * rows * cols);
  return result;
}
