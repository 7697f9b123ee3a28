import { abortable, inTurns } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import type { SessionOptions } from '../engine-options';
import { closeSessions, openSessions, type Session } from '../session/open-session';
import type { SessionClient } from '../session/session-client';
import {
  type TensorFunction,
  type TensorSpec,
  type TracedModel,
  type TraceOptions,
  traceSteps,
} from '../trace/trace';
import { elementType } from '../trace/tracer';
import { type CompiledFunction, disposedError, type RunOptions } from './compiled-function';
import { specOf, type TensorLike } from './tensor-like';

/** The sessions for one set of input shapes: one in each worker. */
interface TracedSessions {
  traced: TracedModel;
  sessions: (Session & { pending: number })[];
}

/** Numbers for the variables of all functions, since one worker keeps their values. */
let variableCount = 0;

/** A tensor function run by ONNX Runtime, in sessions of its own for each set of input shapes. */
export class OnnxFunction implements CompiledFunction {
  private readonly sessions = new Map<string, Promise<TracedSessions>>();
  /** Numbers of the variables whose values ONNX Runtime keeps. */
  private readonly variables = new Map<tf.Variable, number>();
  /** Keeps their values: where they can be assigned, there is one worker. */
  private client: SessionClient | undefined;
  private disposed = false;

  constructor(
    private readonly fn: TensorFunction,
    private readonly options: SessionOptions & Pick<TraceOptions, 'freeze'>,
  ) {}

  async run(inputs: readonly TensorLike[], { signal, transfer }: RunOptions = {}): Promise<TensorLike[]> {
    if (this.disposed) throw disposedError('run');
    signal?.throwIfAborted();
    const { traced, sessions } = await abortable(this.sessionsFor(inputs.map(specOf)), signal);
    const least = sessions.reduce((a, b) => (b.pending < a.pending ? b : a));
    const { client, session } = least;
    const written: Promise<void>[] = [];
    const variables = traced.variables.map(({ variable, input, output }) => {
      let number = this.variables.get(variable);
      if (number === undefined) {
        number = ++variableCount;
        this.variables.set(variable, number);
        if (input !== undefined) written.push(write(client, number, variable));
      }
      return { variable: number, input, output };
    });
    const tensors = inputs.map(({ data, shape }, i) => ({
      type: traced.inputs[i].type,
      data: transfer && isWholeBuffer(data) ? data : data.slice(),
      shape,
    }));
    const request = {
      session,
      inputs: Object.fromEntries(tensors.map((tensor, i) => [traced.inputs[i].name, tensor])),
      variables,
      outputs: traced.outputs.map(({ name }) => name),
    };
    const buffers = new Set(tensors.map(({ data }) => data.buffer as ArrayBuffer));
    least.pending++;
    try {
      const running = client.call('run', [request], { transfer: [...buffers], signal });
      await Promise.all([running, ...written]);
      return await running;
    } finally {
      least.pending--;
    }
  }

  async warmUp(inputs: readonly TensorSpec[]): Promise<void> {
    if (this.disposed) throw disposedError('warmUp');
    await this.sessionsFor(inputs);
  }

  private sessionsFor(inputs: readonly TensorSpec[]): Promise<TracedSessions> {
    const key = inputs.map(({ shape, dtype = 'float32' }) => `${dtype}[${shape}]`).join(' ');
    let sessions = this.sessions.get(key);
    if (!sessions) {
      const opening = this.open(inputs);
      sessions = opening;
      opening.catch(() => {
        if (this.sessions.get(key) === opening) this.sessions.delete(key);
      });
      this.sessions.set(key, opening);
    }
    return sessions;
  }

  private async open(inputs: readonly TensorSpec[]): Promise<TracedSessions> {
    let traced!: TracedModel;
    await tf.ready(); // tracing cannot wait for a backend that opens asynchronously
    const sessions = await openSessions(async (device) => {
      const options = { freeze: this.options.freeze, webgpu: device === 'webgpu' };
      traced = await inTurns(traceSteps(this.fn, inputs, options));
      return traced.model;
    }, this.options);
    this.client = sessions[0].client;
    return { traced, sessions: sessions.map((session) => ({ ...session, pending: 0 })) };
  }

  async storeVariables(): Promise<void> {
    const [variables, numbers] = [[...this.variables.keys()], [...this.variables.values()]];
    const values = await this.client?.call('read', [numbers]);
    values?.forEach(({ data }, i) => {
      const { shape, dtype } = variables[i];
      tf.tidy(() => variables[i].assign(tf.tensor(data, shape, dtype)));
    });
  }

  reloadVariables(): void {
    if (this.options.freeze === false) this.forgetVariables();
    else this.close().catch(() => {}); // the variables are constants of the sessions
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.forgetVariables();
    await this.close();
  }

  private forgetVariables(): void {
    this.client?.call('forget', [[...this.variables.values()]]).catch(() => {}); // runs to come reject as well
    this.variables.clear();
  }

  /** Closes the sessions that are open or opening, after their runs. */
  private async close(): Promise<void> {
    const opened = [...this.sessions.values()];
    this.sessions.clear();
    // What could not be opened need not be closed: its error is that of the runs.
    const found = (await Promise.allSettled(opened)).filter((result) => result.status === 'fulfilled');
    await closeSessions(found.flatMap(({ value }) => value.sessions));
  }
}

/** Gives ONNX Runtime the value that a variable has in tfjs. */
function write(client: SessionClient, number: number, variable: tf.Variable): Promise<void> {
  const data = variable.dataSync().slice() as Float32Array;
  const value = { type: elementType(variable.dtype), data, shape: variable.shape };
  return client.call('write', [number, value], { transfer: [data.buffer as ArrayBuffer] });
}

/** Whether moving an array's memory moves nothing else. */
const isWholeBuffer = ({ buffer, byteLength }: TensorLike['data']): boolean =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
