import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, test } from 'vitest';

const SCRIPT = readFileSync(new URL('../public/service-worker.js', import.meta.url), 'utf8');
const ORIGIN = 'https://example.org';

let cached: Map<string, Response>;
let isFull: boolean;
let served: Record<string, string>;
let answer: (url: string, mode?: string) => Promise<string>;

/** The worker with a cache and a server of its own. */
beforeEach(() => {
  cached = new Map();
  isFull = false;
  served = {};
  const listeners: Record<string, (event: object) => void> = {};
  const cache = {
    match: async ({ url }: { url: string }) => cached.get(url)?.clone(),
    put: async ({ url }: { url: string }, response: Response) => {
      if (isFull) throw new DOMException('Quota exceeded', 'QuotaExceededError');
      cached.set(url, response);
    },
    keys: async () => [...cached.keys()].map((url) => ({ url })),
    delete: async ({ url }: { url: string }) => cached.delete(url),
  };
  const fetch = async ({ url }: { url: string }) => {
    if (!(url in served)) throw new TypeError('Failed to fetch');
    return new Response(served[url]);
  };
  runInNewContext(SCRIPT, {
    ...{ URL, Headers, Response, fetch },
    caches: { open: async () => cache },
    self: {
      location: { origin: ORIGIN },
      addEventListener: (type: string, listener: (event: object) => void) => {
        listeners[type] = listener;
      },
    },
  });
  answer = async (path, mode = 'no-cors') => {
    let response: Promise<Response> | undefined;
    const request = { url: ORIGIN + path, method: 'GET', mode };
    listeners.fetch({ request, respondWith: (given: Promise<Response>) => (response = given) });
    return (await response!).text();
  };
});

const serve = (files: Record<string, string>) => {
  served = Object.fromEntries(Object.entries(files).map(([path, text]) => [ORIGIN + path, text]));
};
const kept = () => [...cached.keys()].map((url) => url.slice(ORIGIN.length)).sort();

test('what was loaded is there without a network', async () => {
  serve({ '/': 'page 1', '/assets/a-1.js': 'a1', '/example.tif': 'image' });
  for (const [path, mode] of [['/', 'navigate'], ['/assets/a-1.js'], ['/example.tif']])
    await answer(path, mode);
  await answer('/', 'navigate');
  serve({});
  expect(await answer('/', 'navigate')).toBe('page 1');
  expect(await answer('/assets/a-1.js')).toBe('a1');
  expect(await answer('/example.tif')).toBe('image');
});

test('the files of an earlier version are not kept', async () => {
  serve({ '/': 'page 1', '/assets/a-1.js': 'a1', '/assets/b-1.wasm': 'b1', '/example.tif': 'image' });
  for (const [path, mode] of [['/', 'navigate'], ['/assets/a-1.js'], ['/assets/b-1.wasm'], ['/example.tif']])
    await answer(path, mode);
  serve({ '/': 'page 2', '/assets/a-2.js': 'a2' });
  expect(await answer('/', 'navigate')).toBe('page 2');
  expect(await answer('/assets/a-2.js')).toBe('a2');
  expect(kept()).toEqual(['/', '/assets/a-2.js', '/example.tif']);
  serve({});
  expect(await answer('/', 'navigate')).toBe('page 2');
});

test('where there is no more room, files come from the server', async () => {
  isFull = true;
  serve({ '/': 'page 1', '/assets/a-1.js': 'a1' });
  expect(await answer('/', 'navigate')).toBe('page 1');
  expect(await answer('/assets/a-1.js')).toBe('a1');
  expect(kept()).toEqual([]);
});
