import { basename, dirname, extname, join, resolve } from 'node:path';
import { WorkflowError } from '../errors';

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

/** A hidden file or folder beside an output that belongs to it. */
export const besideOutput = (path: string, ending: string): string =>
  join(dirname(resolve(path)), `.${basename(resolve(path))}.${ending}`);

/** Where Sentinel-1 products are co-registered on the way to an output. */
export const coregisteredFolder = (path: string): string => besideOutput(path, 'coregistered');
