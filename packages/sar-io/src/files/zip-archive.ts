import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ByteSource } from '../bytes/byte-source';
import { openFile } from '../bytes/file-source';
import { type FileState, stateOf } from '../bytes/file-state';
import { SarIoError } from '../errors';
import { isRunning } from './is-running';
import { checkTextSize } from './read-text';

/** Deflate compresses to no less than a part in this. */
const MOST_RATIO = 1100;

/** Compression methods of a zip. */
const STORED = 0;
const DEFLATED = 8;

const inflateRawAsync = promisify(inflateRaw);

/** A zip, ZIP64 too, whose entries are read as text or from anywhere. */
export class ZipArchive {
  private readonly extracted = new Map<string, Promise<string>>();
  private scratch?: Promise<string>;

  private constructor(
    readonly path: string,
    private readonly state: FileState,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws SarIoError `NotFound`, `CorruptFile` (not a zip, or truncated). */
  static async open(path: string): Promise<ZipArchive> {
    const state = await stateOf(path);
    const entries = new Map<string, Entry>();
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(path, { autoClose: false, lazyEntries: true });
      zip.on('error', () => {}); // whoever waits gets it; a late one has nobody left
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName.endsWith('/')) continue;
        if (entries.has(entry.fileName))
          throw corrupt(path, new Error(`two entries ${entry.fileName}`), REPACK);
        entries.set(entry.fileName, entry);
      }
      return new ZipArchive(path, state, zip, entries);
    } catch (cause) {
      zip?.close();
      if (cause instanceof SarIoError) throw cause;
      // yauzl's words for entries that would be unpacked elsewhere
      throw corrupt(path, cause, /(?:absolute|relative) path/.test(String(cause)) ? REPACK : undefined);
    }
  }

  /** Of all files, in the archive's order. */
  get names(): string[] {
    return [...this.entries.keys()];
  }

  sizeOf(name: string): number {
    return this.entry(name).uncompressedSize;
  }

  /** @throws SarIoError `NotFound`, `UnsupportedFormat` (encrypted, or not of text size), `CorruptFile`. */
  async text(name: string): Promise<string> {
    const entry = this.readable(name);
    const path = `${this.path}/${name}`;
    checkTextSize(path, entry.uncompressedSize);
    const file = await this.openStored(name, entry);
    try {
      const bytes = await file.read(0, file.size);
      let result = '';
      const decoder = new TextDecoder();
      for await (const chunk of checkContent(entry, [await decompress(entry, bytes)])) {
        result += decoder.decode(chunk, { stream: true });
      }
      return result + decoder.decode();
    } catch (cause) {
      throw cause instanceof SarIoError ? cause : corrupt(path, cause);
    } finally {
      await file.close();
    }
  }

  /**
   * Stored entries are read in place. Deflated ones are extracted to a scratch file the first time, which lives until
   * the archive is closed.
   *
   * @throws SarIoError `NotFound`, `UnsupportedFormat` (encrypted), `CorruptFile`.
   */
  async openFile(name: string, signal?: AbortSignal): Promise<ByteSource> {
    const entry = this.readable(name);
    if (entry.compressionMethod === STORED) return this.openStored(name, entry);
    return openFile(await this.extract(name, signal), { name: `${this.path}/${name}` });
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

  /** @throws SarIoError unless the entry can be decompressed. */
  private readable(name: string): Entry {
    const entry = this.entry(name);
    const { compressionMethod, compressedSize, uncompressedSize } = entry;
    const path = `${this.path}/${name}`;
    if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED)) {
      const found = entry.isEncrypted() ? 'an encrypted one' : `compression method ${compressionMethod}`;
      throw new SarIoError('UnsupportedFormat', { path, expected: 'a stored or deflated entry', found });
    }
    if (uncompressedSize > MOST_RATIO * compressedSize + 64) {
      throw corrupt(path, new Error(`${compressedSize} bytes that claim to be ${uncompressedSize}`));
    }
    return entry;
  }

  /** The bytes of an entry as they are in the archive. */
  private async openStored(name: string, entry: Entry): Promise<ByteSource> {
    const path = `${this.path}/${name}`;
    const header = await this.zip.readLocalFileHeaderPromise(entry, { minimal: true }).catch((cause) => {
      throw corrupt(path, cause);
    });
    const { fileDataStart: start } = header;
    const { state } = this;
    return openFile(this.path, { name: path, start, size: entry.compressedSize, state });
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
    const entry = this.readable(name);
    const stored = await this.openStored(name, entry);
    this.scratch ??= makeScratch();
    const file = join(await this.scratch, String(index));
    try {
      await pipeline(
        chunksOf(stored),
        createInflateRaw(),
        (chunks) => checkContent(entry, chunks),
        createWriteStream(file),
        { signal },
      );
      return file;
    } catch (cause) {
      await rm(file, { force: true });
      signal?.throwIfAborted();
      if (cause instanceof SarIoError || isSystemError(cause)) throw cause;
      throw corrupt(`${this.path}/${name}`, cause);
    } finally {
      await stored.close();
    }
  }
}

/** The names of scratch folders of this machine begin so, and go on with the process that has made them. */
const SCRATCH = `sar-io-zip-${hostname()}-`;

/** Creates a folder for extracted files, and removes those left by killed processes. */
async function makeScratch(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(SCRATCH) ? Number.parseInt(name.slice(SCRATCH.length), 10) : Number.NaN;
    if (owner > 0 && !isRunning(owner)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtemp(join(tmpdir(), `${SCRATCH}${pid}-`));
}

/** Bytes read at a time. */
const CHUNK_BYTES = 2 ** 20;

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < source.size; position += CHUNK_BYTES) {
    yield await source.read(position, Math.min(CHUNK_BYTES, source.size - position));
  }
}

async function decompress({ compressionMethod, uncompressedSize }: Entry, bytes: Uint8Array) {
  if (compressionMethod === STORED) return bytes;
  return inflateRawAsync(bytes, { maxOutputLength: Math.max(1, uncompressedSize) });
}

/** Passes the decompressed bytes of an entry on; an error unless they have the size and checksum it says. */
async function* checkContent(
  { uncompressedSize: size, crc32: expected }: Entry,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let [length, checksum] = [0, 0];
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > size) break;
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (length !== size) throw new Error(`${length > size ? 'more' : length} bytes instead of ${size}`);
  if (checksum !== expected) throw new Error('a checksum that differs from that in the archive');
}

/** A full disk, say, which is not the archive's fault; zlib's codes begin with Z. */
const isSystemError = (cause: unknown) => /^E[A-Z]+$/.test((cause as NodeJS.ErrnoException)?.code ?? '');

/** Of archives whose bytes are in order; where the hint is missing, they are damaged. */
const REPACK = 'The zip was made wrongly: unpack it, check the contents, and zip the folder again.';

function corrupt(path: string, cause: unknown, hint?: string): SarIoError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SarIoError('CorruptFile', `${path}: expected a readable zip, found: ${reason}`, { cause, hint });
}
