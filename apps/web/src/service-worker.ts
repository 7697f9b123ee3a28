/** Loads the page once more, in isolation, unless that did not help before. */
const RELOADED = 'reloaded-for-isolation';

/**
 * Starts the service worker of the built page. Where the server does not isolate the page, it is loaded again through the
 * worker, which does.
 */
export async function startServiceWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('./service-worker.js');
    await navigator.serviceWorker.ready;
  } catch {
    return; // as in private windows; one thread is left
  }
  if (globalThis.crossOriginIsolated || sessionStorage.getItem(RELOADED)) return;
  sessionStorage.setItem(RELOADED, 'yes');
  location.reload();
}
