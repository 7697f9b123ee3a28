import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openUrl, redactUrl, type UrlOptions } from '../src/index';
import { openRaster } from '../src/node';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) & 255));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What the server answers, request by request; the last one from then on. */
let answers: Answer[] = [];
let requests: IncomingMessage[] = [];

const server = createServer((request, response) => {
  const answer = answers[Math.min(requests.length, answers.length - 1)];
  requests.push(request);
  answer(request, response);
});
const url = (path = 'a.tif') => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [good];
  requests = [];
});

const rangeOf = (request: IncomingMessage) => {
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!;
  return [Number(first), Math.min(Number(last), CONTENT.length - 1)];
};

/** The part asked for, with these headers and body in the place of the right ones. */
const answer =
  (headers: Record<string, string> = {}, body?: Buffer): Answer =>
  (request, response) => {
    const [first, last] = rangeOf(request);
    const range = `bytes ${first}-${last}/${CONTENT.length}`;
    response.writeHead(206, { 'content-range': range, etag: '"1"', ...headers });
    response.end(body ?? CONTENT.subarray(first, last + 1));
  };
const good = answer();
const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end('an explanation');
const drop: Answer = (request) => request.socket.destroy();
const dropInBody: Answer = (request, response) => {
  const [first, last] = rangeOf(request);
  response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${CONTENT.length}` });
  response.write(CONTENT.subarray(first, first + 100));
  setTimeout(() => request.socket.destroy(), 20);
};
const stall: Answer = () => {};
const stallInBody: Answer = (request, response) => {
  const [first, last] = rangeOf(request);
  response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${CONTENT.length}` });
  response.write(CONTENT.subarray(first, first + 100));
};

const quick: UrlOptions = { delay: 1, retries: 2, timeout: 200 };

describe('bytes', () => {
  it('are those of the file, whether they are few or many', async () => {
    const source = await openUrl(url(), quick);
    expect(source.size).toBe(CONTENT.length);
    for (const [position, length] of [
      [0, 10],
      [32_760, 20],
      [299_990, 10],
      [100, 70_000],
      [65_536, 200_000],
      [5, 0],
    ]) {
      const bytes = await source.read(position, length);
      expect(Buffer.compare(bytes, CONTENT.subarray(position, position + length))).toBe(0);
    }
    await source.close();
  });

  it('close together are fetched once', async () => {
    const source = await openUrl(url(), quick);
    for (let i = 0; i < 100; i++) await source.read(i * 200, 200);
    expect(requests).toHaveLength(1);
    await source.close();
  });

  it('beyond the end are an error before anything is fetched', async () => {
    const source = await openUrl(url(), quick);
    await expect(source.read(299_999, 2)).rejects.toMatchObject({ code: 'CorruptFile' });
    expect(requests).toHaveLength(1);
    await source.close();
  });

  it('of a small file come from a server without ranges, too', async () => {
    answers = [(_, response) => response.writeHead(200, { 'content-length': '3' }).end('abc')];
    const source = await openUrl(url(), quick);
    expect([source.size, ...(await source.read(1, 2))]).toEqual([3, 98, 99]);
    await source.close();
  });
});

describe('a request is repeated', () => {
  it.each([
    ['429', status(429)],
    ['500', status(500)],
    ['503', status(503)],
    ['a dropped connection', drop],
    ['a connection dropped in the middle', dropInBody],
    ['no answer in time', stall],
    ['no data in time', stallInBody],
  ] satisfies [string, Answer][])('after %s', async (_, failure) => {
    answers = [failure, failure, good];
    const source = await openUrl(url(), quick);
    expect(await source.read(0, 4)).toEqual(new Uint8Array(CONTENT.subarray(0, 4)));
    expect(requests).toHaveLength(3);
    await source.close();
  });

  it.each([
    ['429', status(429), /HTTP 429 Too Many Requests/],
    ['502', status(502), /HTTP 502 Bad Gateway/],
    ['dropped connections', drop, /could not be fetched: /],
    ['no answer', stall, /no data for 0.2 s/],
  ] satisfies [string, Answer, RegExp][])(
    'no more than the given times after %s',
    async (_, failure, reason) => {
      answers = [failure];
      await expect(openUrl(url(), quick)).rejects.toMatchObject({
        code: 'ReadFailed',
        message: expect.stringMatching(reason),
      });
      expect(requests).toHaveLength(3);
    },
  );
});

const busy =
  (code: number, retryAfter: string): Answer =>
  (_, response) =>
    response.writeHead(code, { 'retry-after': retryAfter }).end();

describe('a server that asks for a pause', () => {
  it.each([
    ['no seconds', '0'],
    ['until a time that is past', 'Wed, 21 Oct 2015 07:28:00 GMT'],
    ['in another way', 'soon'],
  ])('of %s is asked again', async (_, retryAfter) => {
    answers = [busy(503, retryAfter), busy(429, retryAfter), good];
    await (await openUrl(url(), quick)).close();
    expect(requests).toHaveLength(3);
  });

  it.each(['60', new Date(Date.now() + 60_000).toUTCString()])(
    'until %s gets it, and an interruption ends it at once',
    async (retryAfter) => {
      answers = [busy(429, retryAfter)];
      const opening = openUrl(url(), { ...quick, signal: AbortSignal.timeout(200) });
      await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(requests).toHaveLength(1);
    },
  );

  it('of more than two minutes is an error at once', async () => {
    answers = [busy(429, '3600')];
    await expect(openUrl(url(), quick)).rejects.toMatchObject({
      ...{ code: 'ReadFailed', hint: 'try again after that time' },
      message: expect.stringContaining('HTTP 429 Too Many Requests, and a wait of 3600 s'),
    });
    expect(requests).toHaveLength(1);
  });
});

describe('is an error at once', () => {
  it.each([
    ['a missing file', status(404), /HTTP 404 Not Found/, /URL/],
    ['a refused one', status(403), /HTTP 403 Forbidden/, /signed one has expired/],
    ['one that asks for credentials', status(401), /HTTP 401 Unauthorized/, /credentials/],
    [
      'a server without ranges',
      (_, response) => response.writeHead(200).end(CONTENT),
      /without range requests/,
      /download/,
    ],
    [
      'a page to log in',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(CONTENT),
      /a web page/,
      /login/,
    ],
    ['another part', answer({ 'content-range': 'bytes 5-9/300000' }), /Content-Range bytes 5-9/, undefined],
    ['no Content-Range', answer({ 'content-range': '' }), /Content-Range/, undefined],
  ] satisfies [string, Answer, RegExp, RegExp | undefined][])('%s', async (_, failure, reason, hint) => {
    answers = [failure];
    await expect(openUrl(url(), quick)).rejects.toMatchObject({
      ...{ code: 'ReadFailed', message: expect.stringMatching(reason) },
      ...(hint && { hint: expect.stringMatching(hint) }),
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['ETag', answer({ etag: '"2"' })],
    ['size', answer({ 'content-range': 'bytes 100000-199999/300001' })],
  ])('another %s than before', async (_, changed) => {
    answers = [good, changed];
    const source = await openUrl(url(), quick);
    const reading = source.read(100_000, 100_000);
    await expect(reading).rejects.toThrow(/another version of the file|Content-Range/);
    expect(requests).toHaveLength(2);
    await source.close();
  });

  it('what is no address', async () => {
    for (const text of ['a.tif', 'ftp://a/b', 'http://']) {
      await expect(openUrl(text)).rejects.toMatchObject({ code: 'InvalidArgument' });
    }
  });
});

describe('a stalled download ends at once', () => {
  it.each([
    ['before the answer', stall],
    ['in the middle', stallInBody],
  ])('when aborted, %s', async (_, failure) => {
    answers = [good, failure];
    const source = await openUrl(url(), { timeout: 60_000 });
    for (const length of [10, 100_000]) {
      const reason = new Error('enough');
      const aborter = new AbortController();
      const reading = source.read(150_000, length, aborter.signal);
      setTimeout(() => aborter.abort(reason), 20);
      await expect(reading).rejects.toBe(reason);
    }
    await source.close();
  });

  it('when aborted while it opens, and when closed', async () => {
    answers = [stall];
    const signal = AbortSignal.timeout(20);
    await expect(openUrl(url(), { signal, timeout: 60_000 })).rejects.toMatchObject({ name: 'TimeoutError' });
    answers = [good, stall];
    requests = [];
    const source = await openUrl(url(), { timeout: 60_000 });
    const reading = source.read(150_000, 100_000);
    reading.catch(() => {});
    await source.close();
    await expect(reading).rejects.toThrow(/was closed/);
  });

  it('for one reader, while others go on', async () => {
    answers = [good, (request, response) => setTimeout(() => good(request, response), 100)];
    const source = await openUrl(url(), quick);
    const aborter = new AbortController();
    const [first, second] = [source.read(150_000, 8, aborter.signal), source.read(150_000, 8)];
    aborter.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await second).toEqual(new Uint8Array(CONTENT.subarray(150_000, 150_008)));
    await source.close();
  });
});

it.each([404, 206])('a body that has failed already adds no error of its own, status %d', async (status) => {
  const headers = ['1', '2'].map((etag) => ({ 'content-range': 'bytes 0-32767/300000', etag }));
  const failed = () => new ReadableStream({ start: (controller) => controller.error(new Error('reset')) });
  vi.stubGlobal('fetch', async () => new Response(failed(), { status, headers: headers.shift() }));
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  try {
    const reason = status === 404 ? /HTTP 404/ : /another version of the file/;
    await expect(openUrl('https://host.org/a.tif', quick)).rejects.toThrow(reason);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', unhandled);
    vi.unstubAllGlobals();
  }
});

describe('credentials and signatures', () => {
  it('may hold a % of its own', async () => {
    answers = [status(403)];
    const opening = openUrl(url('a.tif').replace('//', '//user:100%@'));
    await expect(opening).rejects.toMatchObject({ code: 'ReadFailed' });
    expect(requests[0].headers.authorization).toBe(`Basic ${btoa('user:100%')}`);
  });

  it('are sent, and shown nowhere', async () => {
    const secret = url('20240305_VH.tif?X-Amz-Signature=abc&sig=20230101_VV').replace('//', '//user:p%40ss@');
    answers = [status(403)];
    const error: Error = await openRaster(secret).then(
      () => Promise.reject(new Error('no error')),
      (error) => error,
    );
    const shown = JSON.stringify([error, error.message, `${error.stack}`, `${error.cause}`]);
    expect(shown).not.toMatch(/user|p%40ss|p@ss|Signature|abc|sig=/);
    expect(error.message).toContain('/20240305_VH.tif?…');
    expect(requests[0].headers.authorization).toBe(`Basic ${btoa('user:p@ss')}`);
    expect(requests[0].url).toContain('X-Amz-Signature=abc');
  });

  it('are cut from an address', () => {
    const cases = [
      ['https://user:pass@host.org/a/b.tif?sig=x#f', 'https://host.org/a/b.tif?…'],
      ['https://user:p@ss@host.org/a', 'https://host.org/a'],
      ['https://host.org/a@b.tif', 'https://host.org/a@b.tif'],
      ['HTTPS://host.org?x', 'HTTPS://host.org?…'],
      ['folder/a?b.tif', 'folder/a?b.tif'],
    ];
    for (const [address, shown] of cases) expect(redactUrl(address)).toBe(shown);
  });
});
