import { stat } from 'node:fs/promises';
import { isRemote } from '@mtpi/sar-io/node';
import { isSafe } from '@mtpi/sentinel1';
import { findAcquisitions } from './find-acquisitions';
import { pathsOfStack, type StackInput } from './inputs';

/**
 * The Sentinel-1 products that a path stands for: itself, or those in a folder of products only, at any depth. Empty where there
 * are none.
 */
export async function productsIn(path: string): Promise<string[]> {
  if (isRemote(path)) return [];
  if (await isSafe(path)) return [path];
  const entry = await stat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return [];
  const found = await findAcquisitions([path]);
  for (const paths of found) if (paths.length > 1 || !(await isSafe(paths[0]))) return [];
  return found.flat();
}

/** The products that the inputs of a stack stand for; empty for rasters. */
export const productsInStack = async (stack: StackInput): Promise<string[]> =>
  (await Promise.all(pathsOfStack(stack).map(productsIn))).flat();
