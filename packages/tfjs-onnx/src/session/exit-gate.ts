/** Indices of the flags. */
const [WORKING, CLOSED] = [0, 1];

/** Longest wait for the worker when the process exits, in milliseconds. */
const EXIT_TIMEOUT_MS = 60_000;

/**
 * Holds the exit of a Node process back while its worker is inside ONNX Runtime, and keeps the worker from entering it
 * again: `onnxruntime-node` 1.30 aborts the process where its thread is ended during a call.
 */
export class ExitGate {
  /** @param flags memory that both threads share. */
  constructor(readonly flags = new Int32Array(new SharedArrayBuffer(8))) {}

  /** The worker's side: does a piece of work, unless the gate is closed. */
  async pass(work: () => Promise<void>): Promise<void> {
    Atomics.store(this.flags, WORKING, 1);
    if (Atomics.load(this.flags, CLOSED)) {
      this.leave();
      await new Promise(() => {}); // the thread is about to end
    }
    await work();
    this.leave();
  }

  /** The worker has left ONNX Runtime, or is no more. */
  leave(): void {
    Atomics.store(this.flags, WORKING, 0);
    Atomics.notify(this.flags, WORKING);
  }

  /** The main side: blocks until the worker is outside ONNX Runtime for good. */
  close(): void {
    Atomics.store(this.flags, CLOSED, 1);
    Atomics.wait(this.flags, WORKING, 1, EXIT_TIMEOUT_MS);
  }
}
