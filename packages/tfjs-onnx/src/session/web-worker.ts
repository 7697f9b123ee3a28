/** Runs in a Web Worker: ONNX Runtime and its sessions. */
import { type Port, serve } from './serve';
import { SessionHost } from './session-host';

// Where bundlers make ONNX Runtime part of this script, its own threads run it too.
const { name } = globalThis as { name?: string };
if (!name?.startsWith('em-pthread')) serve(globalThis as unknown as Port, new SessionHost());
