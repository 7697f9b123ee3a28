import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ByteSource } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import { SarIoError } from '../errors';
import { MOST_TEXT_BYTES } from './read-text';

/** Deflate compresses to no less than a part in this. */
const MOST_RATIO = 1100;

/** Compression method of entries that are stored as they are. */
const STORED = 0;

/** A zip, ZIP64 too, whose entries are read as text or from anywhere. */
export class ZipArchive {
  private readonly extracted = new Map<string, Promise<string>>();
  private scratch?: Promise<string>;

  private constructor(
    readonly path: string,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws SarIoError `NotFound`, `CorruptFile` (not a zip, or truncated). */
  static async open(path: string): Promise<ZipArchive> {
    await stat(path).catch((cause) => {
      throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { cause });
    });
    const entries = new Map<string, Entry>();
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(path, { autoClose: false, lazyEntries: true });
      zip.on('error', () => {}); // whoever waits gets it; a late one has nobody left
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName.endsWith('/')) continue;
        if (entries.has(entry.fileName)) throw new Error(`two entries ${entry.fileName}`);
        entries.set(entry.fileName, entry);
      }
      return new ZipArchive(path, zip, entries);
    } catch (cause) {
      zip?.close();
      throw corrupt(path, cause);
    }
  }

  /** Of all files, in the archive's order. */
  get names(): string[] {
    return [...this.entries.keys()];
  }

  sizeOf(name: string): number {
    return this.entry(name).uncompressedSize;
  }

  /** @throws SarIoError `NotFound`, `UnsupportedFormat` (encrypted), `CorruptFile`. */
  async text(name: string): Promise<string> {
    const { uncompressedSize } = this.entry(name);
    if (uncompressedSize > MOST_TEXT_BYTES) {
      throw new SarIoError('UnsupportedFormat', {
        path: `${this.path}/${name}`,
        expected: `a text of at most ${MOST_TEXT_BYTES} bytes`,
        found: `${uncompressedSize} bytes`,
      });
    }
    const stream = await this.stream(name);
    return text(stream).catch((cause) => {
      throw corrupt(`${this.path}/${name}`, cause);
    });
  }

  /**
   * Stored entries are read in place. Deflated ones are extracted to a scratch file the first time, which lives until
   * the archive is closed.
   *
   * @throws SarIoError `NotFound`, `UnsupportedFormat` (encrypted), `CorruptFile`.
   */
  async openFile(name: string, signal?: AbortSignal): Promise<ByteSource> {
    const entry = this.entry(name);
    const path = `${this.path}/${name}`;
    if (entry.compressionMethod !== STORED || entry.isEncrypted()) {
      return openFile(await this.extract(name, signal), { name: path });
    }
    const header = await this.zip.readLocalFileHeaderPromise(entry, { minimal: true }).catch((cause) => {
      throw corrupt(path, cause);
    });
    return openFile(this.path, {
      name: path,
      start: header.fileDataStart,
      size: entry.uncompressedSize,
    });
  }

  async close(): Promise<void> {
    this.zip.close();
    await Promise.allSettled(this.extracted.values());
    const scratch = await this.scratch;
    if (scratch) await rm(scratch, { recursive: true, force: true });
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (!entry) throw new SarIoError('NotFound', `${this.path}: expected an entry ${name}, found none`);
    return entry;
  }

  private async stream(name: string): Promise<Readable> {
    const entry = this.entry(name);
    if (entry.isEncrypted() || !entry.canDecodeFileData()) {
      const found = entry.isEncrypted()
        ? 'an encrypted one'
        : `compression method ${entry.compressionMethod}`;
      throw new SarIoError(
        'UnsupportedFormat',
        `${this.path}/${name}: expected a stored or deflated entry, found ${found}`,
      );
    }
    if (entry.uncompressedSize > MOST_RATIO * entry.compressedSize + 64) {
      const { compressedSize, uncompressedSize } = entry;
      const reason = `${compressedSize} bytes that claim to be ${uncompressedSize}`;
      throw corrupt(`${this.path}/${name}`, new Error(reason));
    }
    const stream = await this.zip.openReadStreamPromise(entry).catch((cause) => {
      throw corrupt(`${this.path}/${name}`, cause);
    });
    stream.on('error', () => {}); // inflating goes on for a moment after the reader has had the first error
    return stream;
  }

  private extract(name: string, signal?: AbortSignal): Promise<string> {
    const running = this.extracted.get(name);
    if (running) return running;
    const extraction = this.extractNow(name, this.extracted.size, signal);
    this.extracted.set(name, extraction);
    extraction.catch(() => this.extracted.delete(name));
    return extraction;
  }

  private async extractNow(name: string, index: number, signal?: AbortSignal): Promise<string> {
    const stream = await this.stream(name);
    this.scratch ??= mkdtemp(join(tmpdir(), 'sar-io-zip-'));
    const file = join(await this.scratch, String(index));
    try {
      await pipeline(stream, createWriteStream(file), { signal });
      return file;
    } catch (cause) {
      await rm(file, { force: true });
      signal?.throwIfAborted();
      throw isSystemError(cause) ? cause : corrupt(`${this.path}/${name}`, cause);
    }
  }
}

/** A full disk, say, which is not the archive's fault; zlib's codes begin with Z. */
const isSystemError = (cause: unknown) => /^E[A-Z]+$/.test((cause as NodeJS.ErrnoException)?.code ?? '');

function corrupt(path: string, cause: unknown): SarIoError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SarIoError('CorruptFile', `${path}: expected a readable zip, found: ${reason}`, { cause });
}
