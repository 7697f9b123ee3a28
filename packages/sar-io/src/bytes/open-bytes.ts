import type { ReadOptions } from '../raster/raster';
import type { ByteSource } from './byte-source';
import { openFile } from './file-source';
import { isRemote } from './is-url';
import { httpsOfS3 } from './s3';
import { openUrl } from './url-source';

/**
 * Opens a file on disk, or on a server by its address: `https://…` or a public `s3://bucket/key`.
 *
 * @throws as `openFile` and `openUrl`.
 */
export async function openBytes(path: string, options: ReadOptions = {}): Promise<ByteSource> {
  return isRemote(path) ? openUrl(httpsOfS3(path), options) : openFile(path);
}
