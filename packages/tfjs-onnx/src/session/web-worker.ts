/** Runs in a Web Worker: ONNX Runtime and its sessions. Bundlers make it one script, which can't import others later. */
import * as web from 'onnxruntime-web';
import { quiet } from './onnx-runtime';
import { type Port, serve } from './serve';
import { SessionHost } from './session-host';

serve(globalThis as unknown as Port, new SessionHost(async () => quiet(web)));
