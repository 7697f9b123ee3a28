/** Runs in a worker thread of Node or a Web Worker: ONNX Runtime and its sessions. */
import { ExitGate } from './exit-gate';
import { type Port, serve } from './serve';

const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
if (threads) {
  const gate = new ExitGate(threads.workerData);
  serve(threads.parentPort as unknown as Port, (work) => gate.pass(work));
} else {
  serve(globalThis as unknown as Port);
}
