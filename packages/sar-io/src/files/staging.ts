import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { namingFile, SarIoError } from '../errors';

/** A hidden folder beside a target, where its files grow until they are complete. */
export class Staging {
  private constructor(
    private readonly target: string,
    private readonly folder: string,
  ) {}

  /** @throws SarIoError `NotFound` if the folder that is to hold the target does not exist. */
  static async open(path: string): Promise<Staging> {
    const target = resolve(path);
    const folder = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}`);
    try {
      await mkdir(folder);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new SarIoError('NotFound', `${path}: no folder ${dirname(target)} to write to`, { cause });
    }
    return new Staging(target, folder);
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** Puts one staged file in the target's place. */
  async publishFile(file: string): Promise<void> {
    await rename(this.path(file), this.target);
    await this.discard();
  }

  /** Puts the staged folder in the target's place; where that is a folder already, its other files and folders stay. */
  async publishFolder(): Promise<void> {
    await moveInto(this.folder, this.target);
    await this.discard();
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Puts a file or folder in the place of another; of two folders, what is in the first into the second. */
async function moveInto(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([from, to].map((path) => stat(path).catch(() => undefined)));
  if (!source?.isDirectory() || !target?.isDirectory()) return rename(from, to);
  for (const name of await readdir(from)) await moveInto(join(from, name), join(to, name));
}

/**
 * Writes a file that has either its old content or all of the new, whenever the process or the machine stops.
 *
 * @throws SarIoError `NotFound` if the folder that is to hold it does not exist.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const staging = await Staging.open(path);
  try {
    await writeFile(staging.path('file'), content, { flush: true });
    await staging.publishFile('file');
  } catch (error) {
    await staging.discard();
    throw namingFile(error, path);
  }
}
