import { redactUrl } from '@mtpi/errors';
import { abortable } from '@mtpi/jobs';
import { LRUCache } from 'lru-cache';
import pRetry, { AbortError } from 'p-retry';
import { isSarIoError, SarIoError } from '../errors';
import { type ByteSource, checkRange } from './byte-source';
import { isUrl } from './is-url';

export interface UrlOptions {
  signal?: AbortSignal;
  /** Requests are repeated that often after 429, 5xx, a dropped connection or a timeout. Default 4. */
  retries?: number;
  /** A request fails that brings nothing for so many milliseconds. Default 30,000. */
  timeout?: number;
  /**
   * Before the first repetition, in milliseconds; doubled for each further one. Default 500. Comes on top of what the
   * server asks for (Retry-After), up to two minutes.
   */
  delay?: number;
}

/** Shorter reads fetch blocks of this size, which are kept: directories and their tags lie close together. */
const BLOCK_BYTES = 2 ** 15;
const BLOCKS_KEPT = 128;

/** A server that asks for more time, in milliseconds, is an error. */
const MOST_PAUSE = 120_000;

const NOT_IMPLEMENTED = 501;

const WEB_PAGE = 'a web page';

const HINTS: Record<number, string> = {
  401: 'the server asks for credentials: check user and password or token',
  403: 'access is denied: check the credentials, or get a new link if this signed one has expired',
  404: 'check the URL',
  416: 'the file is empty or shorter than its contents say',
  429: 'the server limits requests: try again later',
};

/** Response headers of a server about a file. */
interface FileState {
  size: number;
  version?: string;
}

/**
 * Opens a file on a server to be read by range requests. The size is that of the server's first answer; a file that
 * changes while it is read, by its ETag or size, is an error.
 *
 * @param url http or https; `user:password@` is sent as basic authentication. Errors name it without secrets.
 * @throws SarIoError `ReadFailed`, `InvalidArgument`; the signal's reason when aborted.
 */
export async function openUrl(url: string, { signal, ...options }: UrlOptions = {}): Promise<ByteSource> {
  if (!isUrl(url) || !URL.canParse(url)) {
    throw new SarIoError('InvalidArgument', {
      ...{ path: redactUrl(url), expected: 'an http or https address', found: 'another text' },
    });
  }
  const source = new UrlSource(url, options);
  try {
    await source.open(signal);
    return source;
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A part of an address without percent-encoding; as it is where a % stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An answer that asks for a pause before the next request. */
class BusyError extends SarIoError {
  constructor(
    error: SarIoError,
    /** In milliseconds. */
    readonly pause: number,
  ) {
    super(error.code, error.message, error);
  }
}

class UrlSource implements ByteSource {
  readonly path: string;
  private readonly url: URL;
  private readonly headers: Record<string, string> = {};
  private readonly closed = new AbortController();
  private readonly blocks = new LRUCache<number, Promise<Uint8Array<ArrayBuffer>>>({ max: BLOCKS_KEPT });
  private state?: FileState;

  constructor(
    url: string,
    private readonly options: UrlOptions,
  ) {
    this.path = redactUrl(url);
    this.url = new URL(url);
    const { username, password } = this.url;
    if (!username && !password) return;
    const credentials = `${decoded(username)}:${decoded(password)}`;
    const bytes = new TextEncoder().encode(credentials);
    this.headers.authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
    [this.url.username, this.url.password] = ['', ''];
  }

  get size(): number {
    return this.state?.size ?? Number.POSITIVE_INFINITY;
  }

  get version(): string | undefined {
    return this.state?.version;
  }

  async open(signal?: AbortSignal): Promise<void> {
    await abortable(this.block(0), signal);
  }

  async read(position: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal?.throwIfAborted();
    checkRange(this, position, length);
    if (length === 0) return new Uint8Array(0);
    if (length >= BLOCK_BYTES) return this.fetch(position, length, signal);
    const bytes = new Uint8Array(length);
    const [first, last] = [position, position + length - 1].map((at) => Math.floor(at / BLOCK_BYTES));
    const blocks = Array.from({ length: last - first + 1 }, (_, i) => this.block(first + i));
    for (const [i, block] of (await abortable(Promise.all(blocks), signal)).entries()) {
      const start = (first + i) * BLOCK_BYTES;
      const part = block.subarray(Math.max(0, position - start), position + length - start);
      bytes.set(part, Math.max(0, start - position));
    }
    return bytes;
  }

  async close(): Promise<void> {
    this.closed.abort(new SarIoError('ReadFailed', `${this.path} was closed`, { path: this.path }));
    await Promise.allSettled(this.blocks.values());
    this.blocks.clear();
  }

  private block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const running = this.blocks.get(index);
    if (running) return running;
    const start = index * BLOCK_BYTES;
    const block = this.fetch(start, Math.min(BLOCK_BYTES, this.size - start));
    this.blocks.set(index, block);
    block.catch(() => this.blocks.delete(index));
    return block;
  }

  private async fetch(
    position: number,
    length: number,
    reader?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { retries = 4, delay = 500 } = this.options;
    const signal = reader ? AbortSignal.any([reader, this.closed.signal]) : this.closed.signal;
    try {
      return await pRetry(() => this.request(position, length, signal), {
        ...{ retries, signal, minTimeout: delay, factor: 2, randomize: true },
        onFailedAttempt: ({ error, retriesLeft }) =>
          error instanceof BusyError && retriesLeft > 0 ? pause(error.pause, signal) : undefined,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  /** One attempt; an `AbortError` is not repeated. */
  private async request(
    position: number,
    length: number,
    ended: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { timeout = 30_000 } = this.options;
    const stalled = new AbortController();
    const stall = () => stalled.abort(this.failure(`no data for ${timeout / 1000} s`));
    let timer = setTimeout(stall, timeout);
    const range = `bytes=${position}-${position + length - 1}`;
    try {
      const response = await fetch(this.url, {
        headers: { ...this.headers, range },
        signal: AbortSignal.any([ended, stalled.signal]),
      });
      const expected = this.check(response, position, length);
      const bytes = new Uint8Array(expected);
      let done = 0;
      for (const reader = response.body!.getReader(); ; ) {
        const chunk = await reader.read();
        if (chunk.done) break;
        clearTimeout(timer);
        timer = setTimeout(stall, timeout);
        if (done + chunk.value.length > expected) {
          await reader.cancel();
          throw this.failure(`more than the ${expected} bytes requested`);
        }
        bytes.set(chunk.value, done);
        done += chunk.value.length;
      }
      if (done < expected) throw this.failure(`the connection ended after ${done} of ${expected} bytes`);
      return bytes;
    } catch (cause) {
      ended.throwIfAborted();
      if (cause instanceof AbortError || cause instanceof SarIoError) throw cause;
      throw this.failure(reasonOf(cause), { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** How many bytes an answer brings, which begin at the position asked for. */
  private check(response: Response, position: number, length: number): number {
    const { status, statusText, headers } = response;
    const refuse = (found: string, hint?: string) => {
      drop(response);
      const error = this.failure(found, { hint });
      const isPassing = status === 429 || (status >= 500 && status !== NOT_IMPLEMENTED);
      if (!isPassing) return new AbortError(error);
      const wait = pauseOf(headers.get('retry-after'));
      if (wait === undefined) return error;
      if (wait <= MOST_PAUSE) return new BusyError(error, wait);
      const later = `${found}, and a wait of ${Math.round(wait / 1000)} s`;
      return new AbortError(this.failure(later, { hint: 'try again after that time' }));
    };
    if (status === 200 && position === 0 && Number(headers.get('content-length') ?? Infinity) <= length) {
      return this.checkState(response, Number(headers.get('content-length'))).size;
    }
    if (status === 200 && /^text\/html/i.test(headers.get('content-type') ?? '')) {
      throw refuse(WEB_PAGE, 'check the URL: it may lead to a login page');
    }
    if (status === 200) {
      throw refuse('a server without range requests', 'download the file and open it from disk');
    }
    if (status !== 206) throw refuse(`HTTP ${status} ${statusText}`.trim(), HINTS[status]);
    const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    const [first, last] = [Number(match?.[1]), Number(match?.[2])];
    const total = match?.[3] === '*' ? Number.POSITIVE_INFINITY : Number(match?.[3]);
    const end = Math.min(position + length, total);
    if (!match || first !== position || last + 1 !== end) {
      const range = headers.get('content-range') ?? 'none';
      throw refuse(`Content-Range ${range} in answer to bytes ${position}-${position + length - 1}`);
    }
    this.checkState(response, total);
    return end - position;
  }

  private checkState(response: Response, size: number): FileState {
    const { headers } = response;
    const version = headers.get('etag') ?? headers.get('last-modified') ?? undefined;
    this.state ??= { size, version };
    const before = this.state;
    const unknown = before.version === undefined || version === undefined;
    if (before.size === size && (unknown || before.version === version)) return before;
    drop(response);
    const found = `${size} bytes, ${version}, after ${before.size} bytes, ${before.version}`;
    throw new AbortError(
      this.failure(`another version of the file: ${found}`, {
        hint: 'the file was replaced while it was read: start again',
      }),
    );
  }

  private failure(found: string, details: { cause?: unknown; hint?: string } = {}): SarIoError {
    return new SarIoError('ReadFailed', `${this.path} could not be fetched: ${found}`, {
      ...{ path: this.path, found },
      ...details,
    });
  }
}

/** Whether a server has no such file, or does not give it to us, rather than fails. */
export const isMissing = (error: unknown): boolean =>
  isSarIoError(error, 'ReadFailed') &&
  (error.found === WEB_PAGE || /^HTTP 4(?!08|29)\d\d/.test(error.found ?? ''));

/** Lets go of the rest of an answer; one that has failed by then is no error of its own. */
const drop = ({ body }: Response) => void body?.cancel().catch(() => {});

/** Milliseconds of a Retry-After header: seconds, or a date. */
function pauseOf(header: string | null): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const wait = /^\d+$/.test(text) ? 1000 * Number(text) : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return abortable(over, signal).finally(() => clearTimeout(timer));
}

/** Node's fetch hides the reason, such as ECONNRESET, in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message ? cause.message : message;
}
