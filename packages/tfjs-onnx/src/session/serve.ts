import type { SessionHost } from './session-host';

/** A call of a method of the host, or the withdrawal of one that has not begun. */
export type Request = { id: number; method: keyof SessionHost; args: unknown[] } | { cancel: number };

export type Reply = { id: number; result: unknown } | { id: number; error: unknown };

/** The side of a message channel that requests arrive at. */
export interface Port {
  onmessage: ((event: { data: Request }) => void) | null;
  postMessage(reply: Reply, transfer: ArrayBuffer[]): void;
}

/** Answers the requests that arrive at a port, one after the other; `around` wraps the work on each. */
export function serve(port: Port, host: SessionHost, around = (work: () => Promise<void>) => work()): void {
  const queue: Exclude<Request, { cancel: number }>[] = [];
  let busy = false;

  const answer = async () => {
    busy = true;
    while (queue.length > 0) {
      await new Promise((resolve) => setTimeout(resolve)); // a cancellation may be waiting
      const request = queue.shift();
      if (!request) break;
      const { id, method, args } = request;
      await around(async () => {
        try {
          const result = await (host[method] as (...args: unknown[]) => Promise<unknown>)(...args);
          port.postMessage({ id, result }, buffersOf(result));
        } catch (error) {
          port.postMessage({ id, error }, []);
        }
      });
    }
    busy = false;
  };

  port.onmessage = ({ data: request }) => {
    if ('cancel' in request) {
      const index = queue.findIndex(({ id }) => id === request.cancel);
      if (index >= 0) queue.splice(index, 1);
      return;
    }
    queue.push(request);
    if (!busy) void answer();
  };
}

/** The memory of a list of tensors, to be moved instead of copied. */
const buffersOf = (result: unknown): ArrayBuffer[] =>
  Array.isArray(result) ? result.map(({ data }) => data.buffer) : [];
