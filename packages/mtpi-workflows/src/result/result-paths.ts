import { extname } from 'node:path';
import { WorkflowError } from '../errors';
import { outputFormat } from '../output/output-paths';
import type { Result } from './result-description';

/**
 * The files of an output: itself, or one for each band.
 *
 * @throws WorkflowError `InvalidArgument` for what a PolSARpro folder cannot hold.
 */
export function pathsOfResult(
  path: string,
  { separate, bands, scale }: Pick<Result, 'separate' | 'bands' | 'scale'>,
): string[] {
  const isFolder = outputFormat(path) === 'polsarpro';
  if (isFolder && separate)
    throw new WorkflowError('InvalidArgument', 'A folder has a file for each band already', {
      path,
      expected: '.tif or .npy with separate bands',
    });
  if (isFolder && scale !== 'linear')
    throw new WorkflowError('InvalidArgument', {
      path,
      expected: 'linear power in a PolSARpro folder, which has no unit',
      found: scale,
      hint: 'Write a .tif, or leave out --output-scale.',
    });
  return separate ? bands.map((band) => withSuffix(path, band)) : [path];
}

/** A path with a word before its ending, as `out_VV.tif`. */
export function withSuffix(path: string, suffix: string, ending = extname(path)): string {
  const stem = path.slice(0, path.length - extname(path).length);
  return `${stem}_${suffix}${ending}`;
}
