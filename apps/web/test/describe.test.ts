import { afterEach, expect, it, vi } from 'vitest';
import { describe } from '../src/worker/describe';

afterEach(() => vi.unstubAllGlobals());

it('a connection that breaks down while an address is checked rejects nothing but the call', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listener);
  vi.stubGlobal('fetch', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
    return new Response(body, { status: 206, headers: { 'content-range': 'bytes 0-15/100' } });
  });
  await expect(describe('https://example.org/a_20240101_VV.tif')).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve));
  process.off('unhandledRejection', listener);
  expect(unhandled).toEqual([]);
});
