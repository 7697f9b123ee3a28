import { abortable } from '@mtpi/jobs';
import { TfjsOnnxError } from '../errors';
import type { Reply, Request } from './serve';
import type { SessionHost } from './session-host';

/** The near end of a message channel to a `SessionHost`. */
export interface Endpoint {
  postMessage(request: Request, transfer: ArrayBuffer[]): void;
  /** Keeps a Node process from exiting. */
  ref?(): void;
  /** Lets a Node process exit. */
  unref?(): void;
}

/** Opens a channel; `receive` gets the replies, `fail` the reason if the other end fails. */
export type Connect = (receive: (reply: Reply) => void, fail: (reason: Error) => void) => Endpoint;

interface Call {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Calls the methods of a `SessionHost` in another thread. A Node process can exit while no call is pending. */
export class SessionClient {
  private readonly endpoint: Endpoint;
  private readonly pending = new Map<number, Call>();
  private count = 0;
  private failure: TfjsOnnxError | undefined;

  constructor(connect: Connect) {
    this.endpoint = connect(
      (reply) => {
        const call = this.take(reply.id);
        if ('error' in reply) call?.reject(reply.error);
        else call?.resolve(reply.result);
      },
      (cause) => this.fail(cause),
    );
  }

  /** Whether the worker has ended. */
  get failed(): boolean {
    return this.failure !== undefined;
  }

  /**
   * Calls a method of the host. Calls are answered in their order.
   *
   * @param transfer memory of the arguments that is moved instead of copied.
   * @param signal rejects the call at once. One that has begun goes on in the worker; its result is dropped.
   * @throws TfjsOnnxError `WorkerFailed` if the worker has ended.
   */
  async call<M extends keyof SessionHost>(
    method: M,
    args: Parameters<SessionHost[M]>,
    { transfer = [], signal }: { transfer?: ArrayBuffer[]; signal?: AbortSignal } = {},
  ): Promise<Awaited<ReturnType<SessionHost[M]>>> {
    if (this.failure) throw this.failure;
    signal?.throwIfAborted();
    const id = ++this.count;
    this.endpoint.postMessage({ id, method, args }, transfer);
    const reply = new Promise<unknown>((resolve, reject) => this.pending.set(id, { resolve, reject }));
    if (this.pending.size === 1) this.endpoint.ref?.();
    try {
      return (await abortable(reply, signal)) as Awaited<ReturnType<SessionHost[M]>>;
    } finally {
      if (this.take(id)) this.endpoint.postMessage({ cancel: id }, []);
    }
  }

  private take(id: number): Call | undefined {
    const call = this.pending.get(id);
    if (this.pending.delete(id) && this.pending.size === 0) this.endpoint.unref?.();
    return call;
  }

  /** Rejects pending and future calls. */
  private fail(cause: Error): void {
    this.failure ??= new TfjsOnnxError(
      'WorkerFailed',
      `the worker of ONNX Runtime ended: ${cause.message}; its sessions are lost`,
      { cause, hint: 'compile the function again; if memory ran out, use smaller inputs' },
    );
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
  }
}
