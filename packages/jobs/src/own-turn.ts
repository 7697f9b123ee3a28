/** `setTimeout` is slowed down in pages that are in the background. */
const soon: (callback: () => void) => void =
  globalThis.setImmediate ??
  ((callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(0);
  });

let last = Promise.resolve();

/**
 * Resolves in a turn of the event loop that no other caller gets: the thread's timers and events come in between, so that
 * work in pieces does not hold them up.
 */
export function ownTurn(): Promise<void> {
  last = last.then(() => new Promise(soon));
  return last;
}
