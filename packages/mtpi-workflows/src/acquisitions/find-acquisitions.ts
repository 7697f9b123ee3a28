import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import {
  isRasterFile,
  isRemote,
  listAcquisitions,
  listFolder,
  NETCDF_NAME,
  pairPolarizations,
  splitDatedPath,
} from '@mtpi/sar-io/node';
import { isSafe, STACK_FILE } from '@mtpi/sentinel1';
import { glob, isDynamicPattern } from 'tinyglobby';
import { WorkflowError } from '../errors';
import { PROVENANCE_FILE } from '../output/output-kind';
import { datesIn } from './dates-in';

/** Whether a file may hold several dates, by its name. */
export const isSeriesFile = (path: string): boolean => NETCDF_NAME.test(path) || /\.json$/i.test(path);

const COVARIANCE = /(?:^|[\\/_])(?:C11|C22|C12_real|C12_imag)(?:[_.]|$)/i;

/** Deepest folder below those given that is searched. */
const DEPTH = 6;

/**
 * The acquisitions in files and folders at any depth, each as the paths that `openAcquisition` or `openSafe` takes, once.
 *
 * @param inputs files and folders in any order, patterns such as `2024*.tif`, addresses.
 * @throws WorkflowError `NotFound`.
 */
export async function findAcquisitions(inputs: readonly string[]): Promise<string[][]> {
  const files: string[] = [];
  const found: string[][] = [];
  for (const input of await expandPatterns(inputs)) {
    if (isSeriesFile(input)) {
      files.push(...(await datesIn(input)).flat());
      continue;
    }
    if (isRemote(input) || splitDatedPath(input).date) {
      files.push(input);
      continue;
    }
    const entry = await stat(input).catch((cause) => {
      throw new WorkflowError('NotFound', `${input} does not exist`, { path: input, cause });
    });
    if (entry.isDirectory()) found.push(...(await acquisitionsBelow(input, DEPTH)));
    else if (await isSafe(input).catch(() => true)) found.push([input]);
    else files.push(input);
  }
  found.push(...pairPolarizations([...new Set(files)]));
  return [...new Map(found.map((paths) => [paths.map((path) => resolve(path)).join(), paths])).values()];
}

/** Patterns that no shell has expanded, as the files they match. */
async function expandPatterns(inputs: readonly string[]): Promise<string[]> {
  const expanded: string[] = [];
  for (const input of inputs) {
    const there = isRemote(input) || !isDynamicPattern(input) || (await stat(input).catch(() => undefined));
    if (there) {
      expanded.push(input);
      continue;
    }
    const matches = await glob(input.replaceAll('\\', '/'), {
      absolute: isAbsolute(input),
      onlyFiles: false,
      expandDirectories: false,
    });
    if (matches.length === 0)
      throw new WorkflowError('NotFound', `No file matches ${input}`, { path: input });
    expanded.push(...matches.map((path) => path.replace(/\/$/, '')).sort());
  }
  return expanded;
}

/** @param visited real paths of folders that were searched: links may lead to one of them again. */
async function acquisitionsBelow(
  folder: string,
  depth: number,
  visited = new Set<string>(),
): Promise<string[][]> {
  const real = await realpath(folder);
  if (visited.has(real)) return [];
  visited.add(real);
  const entries = (await listFolder(folder)).filter(({ name }) => !name.startsWith('.'));
  const names = entries.map(({ name }) => name);
  if (names.includes('manifest.safe') || /\.(?:znap|zarr|data)$/i.test(folder)) return [[folder]];
  if (names.includes(STACK_FILE)) return datesIn(folder);
  if (names.includes(PROVENANCE_FILE)) return [[folder]];
  // Folders of PolSARpro, and those with a file for each band of a covariance, are one acquisition.
  if (names.some((name) => /^C11\.bin$/i.test(name))) return [[folder]];
  const rasters = names.filter((name) => isRasterFile(name, names)).map((name) => join(folder, name));
  if (rasters.filter((path) => COVARIANCE.test(path)).length >= 4) return [[folder]];
  for (const path of names.filter((name) => NETCDF_NAME.test(name)).map((name) => join(folder, name)))
    rasters.push(...(await listAcquisitions(path).catch(() => [path])).flat()); // opening it says why
  const found = pairPolarizations(rasters);
  for (const name of names.filter((name) => /\.zip$/i.test(name) && !isRasterFile(name)))
    if (await isSafe(join(folder, name)).catch(() => true)) found.push([join(folder, name)]);
  for (const { name, isFolder } of entries)
    if (isFolder && depth > 0 && !isRasterFile(name) && !/\.data$/i.test(name))
      found.push(...(await acquisitionsBelow(join(folder, name), depth - 1, visited)));
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}
