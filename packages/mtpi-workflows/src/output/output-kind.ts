/** In the folders that this package writes: the provenance, which also shows whose folders they are. */
export const PROVENANCE_FILE = 'mtpi.json';

/**
 * An output is one file, or a folder. A folder with other files is only written to if it contains `mark`, a file that
 * shows that an earlier run made it; without `mark` each of its files is checked by itself.
 */
export type OutputKind = { kind: 'file' } | { kind: 'folder'; mark?: string };
