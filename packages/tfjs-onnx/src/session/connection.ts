import { isTfjsOnnxError } from '../errors';
import { ExitGate } from './exit-gate';
import { loadWeb } from './onnx-runtime';
import { type Port, serve } from './serve';
import { type Connect, SessionClient } from './session-client';
import { SessionHost } from './session-host';

/** A host of sessions, and how to reach it. */
export interface Connection {
  client: SessionClient;
  /** Why sessions run in the calling thread although a worker was asked for. */
  note?: string;
}

let shared: Promise<Connection> | undefined;
let local: Connection | undefined;

/**
 * The host in the worker, one for the whole process or page, or the one in the calling thread. There is no worker per
 * session, since ONNX Runtime spreads each run over the cores itself.
 */
export async function connection(worker: boolean): Promise<Connection> {
  if (!worker) {
    local ??= { client: new SessionClient(inCallingThread) };
    return local;
  }
  const current = shared;
  if ((await current)?.client.failed && shared === current) shared = undefined;
  shared ??= startWorker();
  return shared;
}

async function startWorker(): Promise<Connection> {
  try {
    const client = new SessionClient(threads ? inNodeWorker : inWebWorker);
    await client.call('devices', []); // it answers
    return { client };
  } catch (error) {
    const { message } = (isTfjsOnnxError(error) ? error.cause : error) as Error;
    const note = `ONNX Runtime runs in the calling thread, because its worker did not start: ${message}`;
    return { ...(await connection(false)), note };
  }
}

/** Node's own module, not imported, since bundlers for browsers would follow an import; undefined in browsers. */
const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');

const inNodeWorker: Connect = (receive, fail) => {
  const here = import.meta.url;
  const extension = here.slice(here.lastIndexOf('.')); // of the sources, or of either build
  const gate = new ExitGate();
  const exit = () => gate.close();
  process.on('exit', exit);
  const worker = new threads!.Worker(new URL(`./node-worker${extension}`, here), {
    workerData: gate.flags,
    // Node refuses files to threads that inherit this flag.
    execArgv: process.execArgv.some((flag) => flag.startsWith('--input-type')) ? [] : undefined,
    name: 'ONNX Runtime',
  });
  worker.unref();
  const ended = (reason: Error) => {
    gate.leave();
    process.off('exit', exit);
    fail(reason);
  };
  worker.on('message', receive);
  worker.on('error', ended);
  worker.on('exit', (code) => ended(new Error(`exit code ${code}`)));
  return worker;
};

const inWebWorker: Connect = (receive, fail) => {
  const worker = new Worker(new URL('./web-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = ({ message = 'its script did not load' }) => {
    worker.terminate();
    fail(new Error(message));
  };
  return worker;
};

const inCallingThread: Connect = (receive) => {
  const { port1, port2 } = new MessageChannel();
  serve(port2 as unknown as Port, new SessionHost(loadWeb));
  port1.onmessage = ({ data }) => receive(data);
  for (const port of [port1, port2] as { unref?(): void }[]) port.unref?.();
  return port1;
};
