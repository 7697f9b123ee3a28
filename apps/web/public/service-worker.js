/**
 * Keeps what the page has loaded, so that it opens without a network after the first visit, and sends the headers of
 * cross-origin isolation where the server can't (GitHub Pages): threads of WebAssembly need it.
 */
const CACHE = 'mtpi-web';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});

/** Files with a hash in their names never change; all others are asked for first. */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept && /\/assets\//.test(request.url)) return isolated(kept);
  let response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (kept) return isolated(kept);
    throw error;
  }
  // Where there is no more room, the page works as without this.
  if (response.status === 200) await keep(cache, request, kept, response.clone()).catch(() => {});
  return isolated(response);
}

async function keep(cache, request, kept, response) {
  if (kept && request.mode === 'navigate') await forgetEarlierVersion(cache, kept, response.clone());
  await cache.put(request, response);
}

/** Another page is another version: the files with hashes of the one before would stay for ever. */
async function forgetEarlierVersion(cache, kept, response) {
  const [before, now] = await Promise.all([kept.text(), response.text()]);
  if (before === now) return;
  for (const request of await cache.keys()) if (/\/assets\//.test(request.url)) await cache.delete(request);
}

function isolated(response) {
  if (response.status === 0 || response.redirected) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
