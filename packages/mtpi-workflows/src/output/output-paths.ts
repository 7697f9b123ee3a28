import { basename, dirname, extname, join, resolve } from 'node:path';
import { WorkflowError } from '../errors';
import type { Result } from '../result/result-description';

/**
 * The format that a path's ending asks for: .tif a Cloud Optimized GeoTIFF, .npy an array, none a PolSARpro folder.
 *
 * @throws for any other.
 */
export function outputFormat(path: string): 'geotiff' | 'npy' | 'polsarpro' {
  const format = ({ '.tif': 'geotiff', '.tiff': 'geotiff', '.npy': 'npy', '': 'polsarpro' } as const)[
    extname(path).toLowerCase()
  ];
  if (!format)
    throw new WorkflowError(
      'InvalidArgument',
      `${path}: expected an output ending in .tif or .npy, or the name of a folder`,
      { path },
    );
  return format;
}

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

/** A hidden file or folder beside an output that belongs to it. */
export const besideOutput = (path: string, ending: string): string =>
  join(dirname(resolve(path)), `.${basename(resolve(path))}.${ending}`);
