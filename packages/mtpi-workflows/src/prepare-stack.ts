import {
  type CoregisterOptions,
  coregisterStack,
  openSafe,
  STACK_FILE,
  type StackDescription,
  terrainCorrectStack,
} from '@mtpi/sentinel1';
import { productsIn } from './acquisitions/products-in';
import { checkFolder, checkPaths } from './check-arguments';
import { WorkflowError } from './errors';
import { withOutput } from './output/safe-output';

/**
 * Prepares Sentinel-1 products of one area as a stack: SLC products of one track are co-registered to a C2 for each date, in
 * radar geometry or on a map; GRD products are terrain-corrected to intensities on a map. stack.json describes the processing.
 *
 * @param products SAFE folders and zips, or folders of them. Slices of one pass become one date.
 * @param folder output; one with other files is written to only if it is such a stack.
 * @throws as `prepareProducts`; WorkflowError `UnsafeOutput`, `OutputBusy` or `NotFound` where the folder can't be written to.
 */
export async function prepareStack(
  products: readonly string[],
  folder: string,
  options: CoregisterOptions = {},
): Promise<StackDescription> {
  checkPaths(products);
  checkFolder(folder, 'the stack, each date in a folder or file of its own');
  return withOutput(folder, products, { kind: 'folder', mark: STACK_FILE }, () =>
    prepareProducts(products, folder, options),
  );
}

/** Options that SLC products alone have. */
const OF_SLC = ['swaths', 'bursts', 'looks', 'haAlpha', 't2'] as const;

/**
 * @param inputs products, or folders of them.
 * @throws WorkflowError `InvalidArgument` for SLC and GRD products together, or options of SLC for GRD; else as
 *   `coregisterStack` and `terrainCorrectStack`.
 */
export async function prepareProducts(
  inputs: readonly string[],
  folder: string,
  options: CoregisterOptions,
): Promise<StackDescription> {
  const paths: string[] = [];
  for (const input of inputs) {
    const products = await productsIn(input);
    paths.push(...(products.length > 0 ? products : [input])); // opening it says what is wrong
  }
  const types: string[] = [];
  for (const path of paths) {
    const product = await openSafe(path);
    types.push(product.productType);
    await product.close();
  }
  const other = types.findIndex((type) => type !== types[0]);
  if (other > 0) {
    throw new WorkflowError('InvalidArgument', {
      path: paths[other],
      expected: `${types[0]} products only, as ${paths[0]}`,
      found: `a product of ${types[other]}`,
    });
  }
  if (types[0] !== 'GRD') return coregisterStack(paths, folder, options);
  const wrong = OF_SLC.find((name) => options[name] !== undefined);
  if (wrong ?? (options.format === 'polsarpro' && 'format')) {
    throw new WorkflowError('InvalidArgument', {
      path: paths[0],
      expected: 'GRD products without options of SLC products',
      found: wrong ? `the option '${wrong}'` : 'format polsarpro',
    });
  }
  return terrainCorrectStack(paths, folder, options);
}
