import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { redactUrl } from '@mtpi/errors';
import type { RasterRows, TileLayout } from '@mtpi/model';
import { planes, type Window } from '@mtpi/polsar-priors';
import { createNpy, readNpy, writeFileAtomic } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { WorkflowError } from '../errors';
import type { ComparisonInput } from '../result/product';
import type { Result } from '../result/result-description';
import type { Level, RowLevel } from './level-meter';
import type { Shard } from './shard';

/** All that is needed to go on with a partial result, or to merge those of all shards. */
export interface PartialResultDescription {
  /** The same for all shards of one job: differs between inputs, weights and options. */
  jobFingerprint: string;
  shard: Shard;
  layout: TileLayout;
  /** The part of the tiles that is the result. */
  inner: Window;
  result: Result;
  /** Further inputs of a report of the result. */
  comparison: ComparisonInput;
  provenance: Readonly<Record<string, string>>;
}

/** The file that describes a partial result, and shows that a folder is one. */
export const DESCRIPTION = 'part.json';
const DESCRIPTION_CHECKSUM = `${DESCRIPTION}.sha256`;
const WRITTEN = 'written';
const MERGED = 'merged';
const TILE_ROW = /^(\d+)\.npy$/;
const tileRowName = (row: number) => `${String(row).padStart(5, '0')}.npy`;
const checksumName = (row: number) => `${tileRowName(row)}.sha256`;
const recordName = (row: number) => `${tileRowName(row)}.json`;
const filesOf = (row: number) => [tileRowName(row), recordName(row), checksumName(row)];

/** Metadata of a tile row. */
export interface RowRecord {
  level: RowLevel;
  /** Engine that ran the network, as in the provenance. */
  engine: string;
}

/** What is known of a result that has been written. */
export interface WrittenResult {
  /** Share of valid pixels. */
  validFraction: number;
  level: Level;
  engine: string;
  /** Size and time of its files, to detect changed ones. */
  files: string;
}

/**
 * A result on its way: a folder with a NumPy array [bands, rows, width] for each finished row of tiles, its level and
 * checksum, and `part.json` with its checksum. While it grows, its name ends in `.partial`.
 */
export class PartialResult {
  /** Rows whose checksum is right. */
  private readonly checked = new Set<number>();

  private constructor(
    private folder: string,
    readonly description: PartialResultDescription,
    private readonly rows: Set<number>,
    /** Of a whole result that has been written: nothing else is kept then. */
    readonly written?: WrittenResult,
    /** Whether this shard has been merged with the others, and is about to be removed. */
    readonly merged = false,
  ) {}

  /**
   * Begins a partial result, or goes on with the one that is there.
   *
   * @param path its name once it is complete. @param files those of the whole result: if it was written and they are no longer
   *   there as they were, it is begun anew.
   * @throws WorkflowError `PartialResultMismatch` if the existing one was made with other inputs, weights or options,
   *   `UnsafeOutput` if it is none.
   */
  static async begin(
    path: string,
    description: PartialResultDescription,
    resume: boolean,
    files: readonly string[] = [],
  ): Promise<PartialResult> {
    const folder = `${path}.partial`;
    for (const place of description.shard.count > 1 ? [path, folder] : [folder]) await assertOurs(place);
    for (const place of resume ? [path, folder] : []) {
      const found = await PartialResult.open(place).catch(() => undefined);
      if (found?.description.jobFingerprint === description.jobFingerprint) {
        if (found.written && found.written.files !== (await stateOf(files))) break;
        await found.removeDamaged();
        return found;
      }
      if (found) {
        throw new WorkflowError(
          'PartialResultMismatch',
          `${place} was created with different inputs, weights or options`,
          { path: place, hint: 'Delete it, or run without --resume.' },
        );
      }
    }
    await removeAside(folder);
    await mkdir(folder);
    const file = join(folder, DESCRIPTION);
    await writeFileAtomic(file, JSON.stringify(withoutCredentials(description)));
    await writeFileAtomic(join(folder, DESCRIPTION_CHECKSUM), await sha256(file));
    return new PartialResult(folder, description, new Set());
  }

  /** @throws WorkflowError `ShardDamaged` if there is none that can be read. */
  static async open(folder: string): Promise<PartialResult> {
    try {
      if (!(await haveChecksum(folder, DESCRIPTION_CHECKSUM, DESCRIPTION)))
        throw new Error(`${DESCRIPTION} has been modified`);
      const text = await readFile(join(folder, DESCRIPTION), 'utf8');
      const description = JSON.parse(text) as PartialResultDescription;
      const files = await readdir(folder);
      const rows = files.flatMap((file) => TILE_ROW.exec(file)?.[1] ?? []).map(Number);
      const written = files.includes(WRITTEN)
        ? (JSON.parse(await readFile(join(folder, WRITTEN), 'utf8')) as WrittenResult)
        : undefined;
      return new PartialResult(folder, description, new Set(rows), written, files.includes(MERGED));
    } catch (cause) {
      throw new WorkflowError('ShardDamaged', {
        path: folder,
        expected: `a partial result with a readable ${DESCRIPTION}`,
        found: 'none',
        cause,
      });
    }
  }

  get path(): string {
    return this.folder;
  }

  has(row: number): boolean {
    return this.rows.has(row);
  }

  /** Keeps a tile row. Without its checksum, which comes last, it does not count. */
  async write(row: number, { image, mask }: RasterRows, record: RowRecord): Promise<void> {
    const [bands, height, width] = image.shape;
    const path = join(this.folder, tileRowName(row));
    const sink = await createNpy(path, { bands, width, height });
    await sink.write(image, mask);
    await sink.close();
    const recordPath = join(this.folder, recordName(row));
    await writeFileAtomic(recordPath, JSON.stringify(record));
    await writeFileAtomic(join(this.folder, checksumName(row)), await sha256(path, recordPath));
    this.rows.add(row);
  }

  /** @throws WorkflowError `ShardDamaged` where the tile row has been modified. */
  async read(row: number): Promise<RasterRows> {
    await this.assertWhole(row);
    const image = await readNpy(join(this.folder, tileRowName(row)));
    const [, rows, cols] = image.shape;
    const mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
    planes(image)[0].forEach((value, i) => {
      mask.data[i] = Number.isNaN(value) ? 0 : 1;
    });
    return { y: this.description.layout.ys[row], image, mask };
  }

  /**
   * Metadata of its tile rows, from top to bottom.
   *
   * @throws WorkflowError `ShardDamaged` where a row has been modified.
   */
  async records(): Promise<RowRecord[]> {
    const rows = [...this.rows].sort((a, b) => a - b);
    for (const row of rows) await this.assertWhole(row);
    const texts = rows.map((row) => readFile(join(this.folder, recordName(row)), 'utf8'));
    return (await Promise.all(texts)).map((text) => JSON.parse(text) as RowRecord);
  }

  /** Gives the complete partial result its name, in the place of an earlier one. */
  async publish(): Promise<void> {
    const path = this.folder.replace(/\.partial$/, '');
    if (path === this.folder) return;
    await removeAside(path);
    await rename(this.folder, path);
    this.folder = path;
  }

  /** Marks the whole result as written to these files, and drops the rows it was made of. */
  async markWritten(result: Omit<WrittenResult, 'files'>, files: readonly string[]): Promise<void> {
    const written: WrittenResult = { ...result, files: await stateOf(files) };
    await writeFileAtomic(join(this.folder, WRITTEN), JSON.stringify(written));
    for (const row of this.rows)
      for (const name of filesOf(row)) await rm(join(this.folder, name), { force: true });
  }

  /** Marks a shard as merged. */
  async markMerged(): Promise<void> {
    await writeFileAtomic(join(this.folder, MERGED), '');
  }

  /** @param output to whose leftovers it belongs if the process is killed meanwhile. Default: what it is a part of. */
  async remove(output?: string): Promise<void> {
    await removeAside(this.folder, output);
  }

  /** Removes damaged rows, and files that a killed run was writing. */
  private async removeDamaged(): Promise<void> {
    if (this.written) return;
    for (const row of [...this.rows]) if (!(await this.isWhole(row))) this.rows.delete(row);
    const whole = [...this.rows].flatMap(filesOf);
    for (const name of await readdir(this.folder))
      if (![DESCRIPTION, DESCRIPTION_CHECKSUM, ...whole].includes(name))
        await rm(join(this.folder, name), { recursive: true, force: true });
  }

  private async assertWhole(row: number): Promise<void> {
    if (await this.isWhole(row)) return;
    throw new WorkflowError('ShardDamaged', `${join(this.folder, tileRowName(row))} is missing or damaged`, {
      path: this.folder,
      hint: 'Run the shard again, with --resume to keep its other rows.',
    });
  }

  private async isWhole(row: number): Promise<boolean> {
    if (
      !this.checked.has(row) &&
      (await haveChecksum(this.folder, checksumName(row), tileRowName(row), recordName(row)))
    )
      this.checked.add(row);
    return this.checked.has(row);
  }
}

/** Of a target on a server its address alone is kept: what reads it again has to have access by itself. */
const withoutCredentials = ({ comparison, ...rest }: PartialResultDescription): PartialResultDescription => ({
  ...rest,
  comparison: { ...comparison, target: comparison.target.map(redactUrl) },
});

/** Size and time of change of files; of a folder, that it is there. */
async function stateOf(files: readonly string[]): Promise<string> {
  const states = files.map(async (file) => {
    const found = await stat(file).catch(() => undefined);
    return found?.isFile()
      ? `${found.size} bytes of ${found.mtime.toISOString()}`
      : `${found?.isDirectory()}`;
  });
  return (await Promise.all(states)).join(', ');
}

/** Removes a folder, first from its name: what a killed process leaves of it is no damaged partial result. */
async function removeAside(folder: string, output = folder.replace(/\.partial$/, '')): Promise<void> {
  const aside = join(dirname(folder), `.${basename(output)}.${randomUUID().slice(0, 8)}`);
  await rename(folder, aside).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(aside, { recursive: true, force: true });
}

/** Whether a folder is a partial result. */
export async function isPartialResult(path: string): Promise<boolean> {
  return (await lstat(join(path, DESCRIPTION)).catch(() => undefined))?.isFile() ?? false;
}

/** @throws WorkflowError `UnsafeOutput` unless there is nothing, an empty folder or a partial result. */
async function assertOurs(path: string): Promise<void> {
  const entry = await lstat(path).catch(() => undefined);
  if (!entry || (entry.isDirectory() && (await isPartialResult(path)))) return;
  // A run that was killed at its start leaves an empty folder, or its description on its way.
  if (entry.isDirectory() && (await readdir(path)).every((name) => name.startsWith(`.${DESCRIPTION}.`)))
    return;
  throw new WorkflowError('UnsafeOutput', {
    path,
    expected: 'nothing, or a partial result of an earlier run',
    found: 'something else',
    hint: 'Move it away, or choose another output.',
  });
}

/** Whether files have the checksum in another one. */
async function haveChecksum(folder: string, checksum: string, ...names: readonly string[]): Promise<boolean> {
  try {
    const expected = await readFile(join(folder, checksum), 'utf8');
    return expected === (await sha256(...names.map((name) => join(folder, name))));
  } catch {
    return false;
  }
}

/** Of the contents of files, one after the other. */
async function sha256(...paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
