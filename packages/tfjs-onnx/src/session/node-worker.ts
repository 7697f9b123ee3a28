/** Runs in a worker thread of Node: ONNX Runtime and its sessions. */
import { parentPort, workerData } from 'node:worker_threads';
import { ExitGate } from './exit-gate';
import { type Port, serve } from './serve';
import { SessionHost } from './session-host';

const gate = new ExitGate(workerData);
serve(parentPort as unknown as Port, new SessionHost(), (work) => gate.pass(work));
