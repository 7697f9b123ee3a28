import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DATA } from '../../sar-io/test/support';

const METADATA = join(DATA, 'safe-metadata');
const succeeds = spawnSync('tar', ['--version']).status === 0 && spawnSync('xz', ['--version']).status === 0;

/** Real SAFE trees, packed with tar and xz; tests of them are skipped where they or these programs are absent. */
export const withoutSafe = !existsSync(METADATA) || !succeeds;

export const SAFE_ARCHIVES = withoutSafe
  ? []
  : readdirSync(METADATA)
      .flatMap((folder) => readdirSync(join(METADATA, folder)).map((file) => join(METADATA, folder, file)))
      .filter((file) => file.endsWith('.tar.xz'))
      .sort();

/** The product whose pixels are constant: |DN| = 2 in VV, 1 in VH. */
export const CONSTANT = SAFE_ARCHIVES.find((file) => basename(file).startsWith('S1B'))!;

/** Unpacks an archive into a folder; the products in it, by date. */
export function unpackSafe(archive: string, folder: string): string[] {
  const { status, stderr } = spawnSync('tar', ['xJf', archive, '-C', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.SAFE'))
    .map((name) => join(folder, name))
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
}
