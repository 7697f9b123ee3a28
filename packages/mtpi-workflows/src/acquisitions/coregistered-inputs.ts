import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafe, type Selection, type StackMapOptions } from '@mtpi/sentinel1';
import { WorkflowError } from '../errors';
import { inputName, type JobOptions, type Warning } from '../job';
import { coregisteredFolder } from '../output/output-paths';
import { prepareProducts } from '../prepare-stack';
import { pathsOf, pathsOfStack, pathsOfTriplet, type StackInput, type TripletInput } from './inputs';
import { productsIn } from './products-in';

/** Selection of Sentinel-1 products, and the orbits and map grid used to co-register or terrain-correct them. */
export interface ProductSelection extends Selection {
  /** Orbit file (EOF), or a folder with one for each product. Default: the orbits of the products. */
  orbit?: string;
  /** The map grid that products are terrain-corrected to, and the DEM. Default: SLC in radar geometry, GRD on UTM without. */
  map?: StackMapOptions;
}

/** Where rasters come from: the product, or its slices, of one that was co-registered, else the raster itself. */
export type Origin = (path: string) => readonly string[];

/** A warning about a raster, with the products that it comes from instead. */
export const ofOrigin = (warning: Warning, origin: Origin): Warning => ({
  ...warning,
  ...(warning.input && { input: inputName(origin(warning.input)) }),
});

/**
 * Runs a job on a triplet of rasters: that which is given, or three Sentinel-1 products, SLC co-registered or GRD
 * terrain-corrected on the target's grid into a folder beside the output that is removed afterwards. Instead of a product its
 * slices may be given, or a folder of them.
 *
 * @throws WorkflowError `InvalidArgument` where only some are products, or a selection is made among rasters.
 */
export async function withCoregisteredTriplet<T, Options extends JobOptions & ProductSelection>(
  input: TripletInput,
  output: string,
  options: Options,
  run: (input: TripletInput, origin: Origin, options: Options) => Promise<T>,
): Promise<T> {
  if (!(await productsOf(pathsOfTriplet(input), options))) return run(input, same, options);
  const products: Record<(typeof ROLES)[number], string[]> = { target: [], previous: [], next: [] };
  for (const role of ROLES) {
    for (const path of pathsOf(input[role])) products[role].push(...(await productsIn(path)));
    if (!(await areOfOnePass(products[role])))
      throw new WorkflowError(
        'InvalidArgument',
        'expected one product for each of target, previous and next, or slices of one pass',
      );
  }
  const all = ROLES.flatMap((role) => products[role]);
  return coregistered(all, output, products.target[0], options, (files) => {
    const fileOf = (role: (typeof ROLES)[number]) => files.get(products[role][0])!;
    const rasters = { target: fileOf('target'), previous: fileOf('previous'), next: fileOf('next') };
    return run(rasters, originOf(files), withoutArea(options));
  });
}

const ROLES = ['target', 'previous', 'next'] as const;

async function areOfOnePass(products: readonly string[]): Promise<boolean> {
  const passes = new Set<string>();
  for (const path of products) {
    const { mission, absoluteOrbit, close } = await openSafe(path);
    await close();
    passes.add(`${mission} ${absoluteOrbit}`);
  }
  return passes.size === 1;
}

/** As `withCoregisteredTriplet`, for a folder or a list of acquisitions. */
export async function* withCoregisteredStack<T, Options extends JobOptions & ProductSelection>(
  stack: StackInput,
  output: string,
  options: Options,
  run: (stack: StackInput, origin: Origin, options: Options) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const products = await productsOf(pathsOfStack(stack), options);
  if (!products) return yield* run(stack, same, options);
  const folder = coregisteredFolder(output);
  try {
    const files = await coregister(products, folder, undefined, options);
    yield* run([...new Set(files.values())], originOf(files), withoutArea(options));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const same: Origin = (path) => [path];

/** Bursts have been chosen by it: rasters are not cut again. */
const withoutArea = <Options extends ProductSelection>(options: Options): Options => ({
  ...options,
  area: undefined,
});

function originOf(files: ReadonlyMap<string, string>): Origin {
  const products = [...files.keys()];
  return (path) => {
    const found = products.filter((product) => files.get(product) === path);
    return found.length > 0 ? found : [path];
  };
}

/** The products that inputs are, and those in folders of them; undefined for rasters. */
async function productsOf(
  inputs: readonly string[],
  options: ProductSelection,
): Promise<string[] | undefined> {
  const products = await Promise.all(inputs.map(productsIn));
  if (products.every((found) => found.length > 0)) return products.flat();
  const other = inputs[products.findIndex((found) => found.length === 0)];
  if (products.some((found) => found.length > 0))
    throw new WorkflowError('InvalidArgument', `All inputs must be Sentinel-1 products; ${other} is not`, {
      path: other,
    });
  for (const [what, value] of [
    ["the option 'swaths'", options.swaths],
    ["the option 'bursts'", options.bursts],
    ["the option 'orbit'", options.orbit],
    ['a map grid or DEM', options.map],
  ] as const)
    if (value !== undefined)
      throw new WorkflowError(
        'InvalidArgument',
        `${what} applies only to Sentinel-1 products; ${other} is not one`,
        {
          path: other,
          hint: 'Cut rasters with --aoi or --crop.',
        },
      );
  return undefined;
}

async function coregistered<T>(
  products: readonly string[],
  output: string,
  reference: string,
  options: JobOptions & ProductSelection,
  run: (files: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const folder = coregisteredFolder(output);
  try {
    return await run(await coregister(products, folder, reference, options));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Co-registers or terrain-corrects products into a folder. @returns the file of each product. */
async function coregister(
  products: readonly string[],
  folder: string,
  reference: string | undefined,
  { swaths, bursts, area, orbit, map, signal, onProgress, onWarning }: JobOptions & ProductSelection,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const path of products) {
    const product = await openSafe(path);
    await product.close();
    if (product.polarizations.length === 1) {
      throw new WorkflowError('InvalidArgument', {
        path,
        expected: 'two polarizations to despeckle',
        found: product.polarizations[0],
        hint: 'Download the dual-polarization product of the pass, if there is one.',
      });
    }
    names.set(path, product.name);
  }
  const { dates } = await prepareProducts(products, folder, {
    ...{ swaths, bursts, area, orbit },
    geocode: map,
    reference: reference && names.get(reference),
    ...{ signal, onProgress, onWarning },
  });
  const fileOf = (path: string) =>
    dates.find(({ product }) => product.split(' ').includes(names.get(path)!))!.files[0];
  return new Map(products.map((path) => [path, join(folder, fileOf(path))]));
}
