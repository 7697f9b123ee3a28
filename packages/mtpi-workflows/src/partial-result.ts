import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RasterRows, TileLayout } from '@mtpi/model';
import { planes } from '@mtpi/polsar-priors';
import { createNpy, readNpy } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import writeFileAtomic from 'write-file-atomic';
import { WorkflowError } from './errors';
import type { ReportOptions } from './report/write-report';
import type { Result } from './result';
import type { Shard } from './shard';

/** All that is needed to go on with a part, or to put parts together. */
export interface PartialResultDescription {
  /** The same for parts of one result: tells inputs, weights and options from others. */
  key: string;
  shard: Shard;
  layout: TileLayout;
  result: Result;
  /** What a report of the result needs besides. */
  report: Pick<ReportOptions, 'target' | 'scale' | 'window' | 'facts'>;
}

const DESCRIPTION = 'part.json';
const WRITTEN = 'written';
const stripName = (row: number) => `${String(row).padStart(5, '0')}.npy`;

/**
 * Part of a result on its way: a folder with a NumPy array [bands, rows, width] for each row of tiles that is done, and
 * `part.json`. While it grows, its name ends in `.partial`.
 */
export class PartialResult {
  private constructor(
    private folder: string,
    readonly description: PartialResultDescription,
    private readonly rows: Set<number>,
    /** Whether the whole result has been written: nothing else is kept then. */
    readonly written = false,
  ) {}

  /**
   * Begins a part, or goes on with the one that is there.
   *
   * @param path what it is called once it is complete.
   * @throws if what is there was made of other inputs, weights or options.
   */
  static async begin(
    path: string,
    description: PartialResultDescription,
    resume: boolean,
  ): Promise<PartialResult> {
    const folder = `${path}.partial`;
    for (const place of resume ? [path, folder] : []) {
      const found = await PartialResult.open(place).catch(() => undefined);
      if (found?.description.key === description.key) return found;
      if (found) {
        throw new WorkflowError(
          'PartialResultMismatch',
          `${place} was created with different inputs, weights or options`,
          { path: place, hint: 'Delete it, or run without --resume.' },
        );
      }
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await writeFileAtomic(join(folder, DESCRIPTION), JSON.stringify(description));
    return new PartialResult(folder, description, new Set());
  }

  /** @throws if there is none. */
  static async open(folder: string): Promise<PartialResult> {
    const description = JSON.parse(
      await readFile(join(folder, DESCRIPTION), 'utf8'),
    ) as PartialResultDescription;
    const files = await readdir(folder);
    const rows = files.filter((file) => /^\d+\.npy$/.test(file)).map((file) => Number.parseInt(file, 10));
    return new PartialResult(folder, description, new Set(rows), files.includes(WRITTEN));
  }

  has(row: number): boolean {
    return this.rows.has(row);
  }

  /** Keeps the strip of a row of tiles; it is there whole or not at all. */
  async write(row: number, { image, mask }: RasterRows): Promise<void> {
    const [bands, height, width] = image.shape;
    const sink = await createNpy(join(this.folder, stripName(row)), { bands, width, height });
    await sink.write(image, mask);
    await sink.close();
    this.rows.add(row);
  }

  async read(row: number): Promise<RasterRows> {
    const image = await readNpy(join(this.folder, stripName(row)));
    const [, rows, cols] = image.shape;
    const mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
    planes(image)[0].forEach((value, i) => {
      mask.data[i] = Number.isNaN(value) ? 0 : 1;
    });
    return { y: this.description.layout.ys[row], image, mask };
  }

  /** Gives the complete part its name, in the place of an earlier one. */
  async publish(): Promise<void> {
    const path = this.folder.replace(/\.partial$/, '');
    if (path === this.folder) return;
    await rm(path, { recursive: true, force: true });
    await rename(this.folder, path);
    this.folder = path;
  }

  /** Notes that the whole result has been written, and drops what it was made of. */
  async markWritten(): Promise<void> {
    await writeFileAtomic(join(this.folder, WRITTEN), '');
    for (const row of this.rows) await rm(join(this.folder, stripName(row)));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
