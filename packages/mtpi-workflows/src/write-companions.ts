import { writeFileAtomic } from '@mtpi/sar-io/node';
import type { DespeckleOptions } from './despeckle-options';
import { WorkflowError } from './errors';
import type { DespeckledProduct } from './product';
import { writeQuicklookRaster } from './quicklook-raster';
import { writeReport } from './report/write-report';
import { withSuffix } from './result';
import { stacItem } from './stac-item';

type Companions = Pick<DespeckledProduct, 'report' | 'stac' | 'quicklook'>;

/** Writes what was asked for beside a result: report, color quicklook, STAC Item. */
export async function writeCompanions(
  product: DespeckledProduct,
  report: string | undefined,
  options: Pick<DespeckleOptions, 'stac' | 'quicklook' | 'signal' | 'onProgress'>,
): Promise<Companions> {
  const { output } = product;
  const companions: Companions = {};
  if (report) {
    await writeReport(product, report, options);
    companions.report = report;
  }
  if (options.quicklook) {
    companions.quicklook = withSuffix(output, 'quicklook', '.tif');
    await writeQuicklookRaster(product.paths, companions.quicklook, options);
  }
  if (options.stac) {
    companions.stac = output.replace(/\.tiff?$/i, '.json');
    const item = await stacItem(product.paths, { folder: companions.stac, ...companions });
    await writeFileAtomic(companions.stac, `${JSON.stringify(item, undefined, 2)}\n`);
  }
  return companions;
}

/** @throws WorkflowError `InvalidArgument` for companions that an output cannot have. */
export function checkCompanions(
  output: string,
  bands: readonly string[],
  { report, stac, quicklook }: { report?: string } & Pick<DespeckleOptions, 'stac' | 'quicklook'>,
): void {
  const refuse = (what: string, expected: string) => {
    throw new WorkflowError('InvalidArgument', `${what} needs ${expected}`, {
      path: output,
      expected,
      found: `${output} with ${bands.join(', ')}`,
    });
  };
  if ((stac || quicklook) && !/\.tiff?$/i.test(output))
    refuse(stac ? 'A STAC Item' : 'A quicklook', 'a .tif output');
  if (report && bands.filter((band) => /^(?:C11|C22|[VH]{2})$/.test(band)).length < 2)
    refuse('A report', 'both intensities');
}
