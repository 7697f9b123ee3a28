import { stat } from 'node:fs/promises';
import { SarIoError } from '../errors';

/** What changes where a file on disk is written anew. */
export interface FileState {
  size: number;
  /** When it was modified. */
  mtimeMs: number;
}

/** @throws SarIoError `NotFound`. */
export async function stateOf(path: string): Promise<FileState> {
  return stat(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { path, cause });
  });
}

/** @throws SarIoError `ReadFailed` where a file has been written anew since it was opened. */
export function assertUnchanged(path: string, before: FileState, now: FileState): void {
  if (before.size === now.size && before.mtimeMs === now.mtimeMs) return;
  const [expected, found] = [before, now].map(
    ({ size, mtimeMs }) => `${size} bytes of ${new Date(mtimeMs).toISOString()}`,
  );
  throw new SarIoError('ReadFailed', {
    ...{ path, expected, found },
    hint: 'the file was replaced while it was read: start again',
  });
}
