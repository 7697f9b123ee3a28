import { isTfjsOnnxError } from '../errors';
import { ExitGate } from './exit-gate';
import { type Port, serve } from './serve';
import { type Connect, SessionClient } from './session-client';
import { SessionHost } from './session-host';

/** Workers by number, each started on first use. */
const workers: (Promise<SessionClient> | undefined)[] = [];
let callingThread: SessionClient | undefined;

/**
 * Clients of so many workers, the same for all functions: ONNX Runtime spreads a run over the cores itself, so that functions
 * do best one after the other. For 0 workers, and with a note where workers can't start, the client of the calling thread.
 */
export async function connect(count: number): Promise<{ clients: SessionClient[]; note?: string }> {
  callingThread ??= new SessionClient(inCallingThread);
  if (count === 0) return { clients: [callingThread] };
  try {
    return { clients: await Promise.all(Array.from({ length: count }, (_, number) => worker(number))) };
  } catch (error) {
    const { message } = (isTfjsOnnxError(error) ? error.cause : error) as Error;
    const note = `ONNX Runtime runs on the calling thread, because its worker did not start: ${message}`;
    return { clients: [callingThread], note };
  }
}

async function worker(number: number): Promise<SessionClient> {
  const current = workers[number];
  if ((await current)?.failed && workers[number] === current) workers[number] = undefined;
  workers[number] ??= startWorker();
  return workers[number];
}

async function startWorker(): Promise<SessionClient> {
  const client = new SessionClient(threads ? inNodeWorker : inWebWorker);
  await client.call('devices', []); // it answers
  return client;
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
  serve(port2 as unknown as Port, new SessionHost());
  port1.onmessage = ({ data }) => receive(data);
  for (const port of [port1, port2] as { unref?(): void }[]) port.unref?.();
  return port1;
};
