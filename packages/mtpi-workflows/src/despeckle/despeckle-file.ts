import { withCoregisteredTriplet } from '../acquisitions/coregistered-inputs';
import { pathsOfTriplet, seriesOf, type TripletInput } from '../acquisitions/inputs';
import { checkPath, checkTripletInput } from '../check-arguments';
import { checkDespeckleTripletOptions } from '../check-options';
import { WorkflowError } from '../errors';
import { WarningLog } from '../job';
import { assertSafeOutput, withOutput } from '../output/safe-output';
import { outputKind } from '../result/create-output';
import type { DespeckledProduct } from '../result/product';
import type { DespeckleOptions } from './despeckle-options';
import { despeckleTriplet } from './despeckle-triplet';
import { openNetwork } from './network';
import { removeMergedShards } from './shard-files';

/**
 * Despeckles an acquisition using the ones before and after it.
 *
 * @param input three acquisitions, each a PolSARpro folder, a C2 raster, or VV and VH rasters (complex, or intensities), in
 *   radar geometry on one grid; or three Sentinel-1 products, of which SLC are co-registered and GRD terrain-corrected first.
 * @param output `.tif` (Cloud Optimized GeoTIFF), `.npy`, or a PolSARpro folder. Bands are the target's intensities; of a
 *   covariance C11, C22, C12_real, C12_imag (linear power), H, A (0 … 1) and alpha (degrees).
 * @throws WorkflowError; SarIoError for inputs that cannot be read or brought onto one grid; ModelError for weights and
 *   tiles; the signal's reason when aborted. Nothing is left of the output then.
 */
export async function despeckleFile(
  input: TripletInput,
  output: string,
  options: DespeckleOptions = {},
): Promise<DespeckledProduct> {
  checkTripletInput(input);
  checkPath('output', output);
  checkDespeckleTripletOptions(options);
  const { report } = options;
  const kind = outputKind(output);
  const inputs = pathsOfTriplet(input);
  if (report) await checkReport(report, output, inputs);
  return withOutput(output, inputs, kind, () =>
    withCoregisteredTriplet(input, output, options, async (rasters, origin, options) => {
      const network = await openNetwork(options.weights, options.engine, new WarningLog(options).add);
      try {
        const job = { input: seriesOf(rasters), output, report, origin, network, options };
        const { product, partial } = await despeckleTriplet(job);
        await partial?.remove();
        await removeMergedShards(output); // of an earlier run, which this one replaces
        return product;
      } finally {
        await network.dispose();
      }
    }),
  );
}

async function checkReport(report: string, output: string, inputs: readonly string[]): Promise<void> {
  if (/\.npy$/i.test(output))
    throw new WorkflowError('InvalidArgument', 'A report needs an output that can be read back', {
      path: output,
      expected: '.tif or a folder',
      found: output,
    });
  await assertSafeOutput(report, [...inputs, output], { kind: 'file' });
}
