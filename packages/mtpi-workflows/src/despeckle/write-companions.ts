import { resolve } from 'node:path';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { WorkflowError } from '../errors';
import type { JobOptions } from '../job';
import { assertDerivedOutput } from '../output/derived-output';
import { assertSafeOutput } from '../output/safe-output';
import { writeReport } from '../report/write-report';
import { descriptionPath, outputKind } from '../result/create-output';
import type { DespeckledProduct } from '../result/product';
import { writeQuicklookRaster } from '../result/quicklook-raster';
import { isIntensity, type Result } from '../result/result-description';
import { pathsOfResult, withSuffix } from '../result/result-paths';
import { stacItem } from '../result/stac-item';

/** Files written beside a result. */
export interface CompanionOptions {
  /** Also writes an HTML page that compares result and target, which is read again; for several dates a folder of such pages. */
  report?: string;
  /** Also writes a STAC Item, as `out.json`. Default false. */
  stac?: boolean;
  /** Also writes an 8-bit color quicklook as a Cloud Optimized GeoTIFF, as `out_quicklook.tif`. Default false. */
  quicklook?: boolean;
}

type Companions = Pick<DespeckledProduct, 'report' | 'stac' | 'quicklook'>;

/** Paths of the companion files of an output. */
const pathsOfCompanions = (output: string, { report, stac, quicklook }: CompanionOptions): Companions => ({
  ...(report && { report }),
  ...(quicklook && { quicklook: withSuffix(output, 'quicklook', '.tif') }),
  ...(stac && { stac: output.replace(/\.tiff?$/i, '.json') }),
});

/** Writes the requested companion files of a result: report, color quicklook, STAC Item. */
export async function writeCompanions(
  product: DespeckledProduct,
  options: CompanionOptions & Pick<JobOptions, 'signal' | 'onProgress'>,
): Promise<Companions> {
  const companions = pathsOfCompanions(product.output, options);
  const { report, quicklook, stac } = companions;
  if (report) await writeReport(product, report, options);
  if (quicklook) await writeQuicklookRaster(product.paths, quicklook, options);
  if (stac) {
    const item = await stacItem(product.paths, { item: stac, ...companions });
    await writeFileAtomic(stac, `${JSON.stringify(item, undefined, 2)}\n`);
  }
  return companions;
}

/**
 * Checks all files of a result before any work.
 *
 * @param options `named`: whether the names of output and report were given, rather than following from a date.
 * @throws WorkflowError `InvalidArgument` for companions that an output cannot have, or that would replace it or each other;
 *   `UnsafeOutput` where an input would be replaced, or by a name that was not given, a file of other origin.
 */
export async function checkOutputs(
  output: string,
  result: Pick<Result, 'separate' | 'bands' | 'scale'>,
  inputs: readonly string[],
  options: CompanionOptions & { named: boolean },
): Promise<void> {
  const { report, stac, quicklook, named } = options;
  const { bands } = result;
  const refuse = (what: string, expected: string) => {
    throw new WorkflowError('InvalidArgument', `${what} needs ${expected}`, {
      path: output,
      expected,
      found: `${output} with ${bands.join(', ')}`,
    });
  };
  if ((stac || quicklook) && !/\.tiff?$/i.test(output))
    refuse(stac ? 'A STAC Item' : 'A quicklook', 'a .tif output');
  if (report && bands.filter(isIntensity).length < 2) refuse('A report', 'both intensities');
  const paths = pathsOfResult(output, result);
  for (const path of paths)
    if (named && path === output) await assertSafeOutput(path, inputs, outputKind(output));
    else await assertDerivedOutput(path, inputs);
  for (const path of paths)
    if (/\.npy$/i.test(path)) await assertDerivedOutput(descriptionPath(path), inputs);
  const written = new Set([output, ...paths].map((path) => resolve(path)));
  for (const [kind, path] of Object.entries(pathsOfCompanions(output, options))) {
    if (written.has(resolve(path)))
      throw new WorkflowError('InvalidArgument', {
        path,
        expected: 'outputs of different names',
        found: 'one name twice',
        hint: 'Choose another name for the report.',
      });
    written.add(resolve(path));
    if (named && kind === 'report') await assertSafeOutput(path, inputs, { kind: 'file' });
    else await assertDerivedOutput(path, inputs);
  }
}
