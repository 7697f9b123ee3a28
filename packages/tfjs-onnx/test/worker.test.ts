import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compile, isTfjsOnnxError } from '../src';
import { connect } from '../src/session/connection';
import { values } from './agreement';

const size = 1024;
/** Takes a tenth of a second or more. */
const longProduct = (x: tf.Tensor) => {
  let product = x;
  for (let i = 0; i < 8; i++) product = tf.matMul(product as tf.Tensor2D, x as tf.Tensor2D);
  return tf.mean(product);
};
const compiled = compile(longProduct);
const input = { data: new Float32Array(size * size).fill(1 / size), shape: [size, size] };

beforeAll(async () => {
  await tf.setBackend('cpu');
  await compiled.warmUp([input]);
});
afterAll(() => compiled.dispose());

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('timers fire while a run is pending', async () => {
  let pending = true;
  const running = compiled.run([input]).finally(() => {
    pending = false;
  });
  let timers = 0;
  for (; pending; timers++) await setTimeout(1);
  expect(timers).toBeGreaterThan(3);
  const [{ data }] = await running;
  expect(data[0]).toBeCloseTo(1 / size, 8);
});

test('abort rejects at once with its reason, whether the run has begun or waits; others go on', async () => {
  const order: string[] = [];
  const abort = new AbortController();
  const started = compiled.run([input], { signal: abort.signal });
  const queued = compiled.run([input], { signal: abort.signal });
  const other = compiled.run([input]).finally(() => order.push('other'));
  const rejections = [started, queued].map((run) => failure(run).finally(() => order.push('aborted')));
  await setTimeout(5);
  const reason = new Error('enough');
  abort.abort(reason);
  expect(await Promise.all(rejections)).toEqual([reason, reason]);
  await other;
  expect(order).toEqual(['aborted', 'aborted', 'other']);
  expect(await failure(compiled.run([input], { signal: abort.signal }))).toBe(reason);
});

test('a function that could not be opened is disposed of without its error', async () => {
  const broken = compile(() => {
    throw new Error('no such operation');
  });
  const running = failure(broken.run([input]));
  await broken.dispose();
  expect(await running).toMatchObject({ message: 'no such operation' });
});

test('inputs are copied, or moved where the caller says so', async () => {
  const negate = compile((x) => tf.neg(x));
  const pair = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const whole = Float32Array.of(1, 2);
  for (const transfer of [false, true]) {
    const results = [];
    for (const data of [pair, whole])
      results.push(...(await negate.run([{ data, shape: [2] }], { transfer })));
    expect(results.map(({ data }) => [...data])).toEqual([
      [-2, -3],
      [-1, -2],
    ]);
    // Memory that holds more than the input stays.
    expect([pair.length, whole.length]).toEqual([2, transfer ? 0 : 2]);
  }
  await negate.dispose();
});

test('any number of workers, and the calling thread, compute the same numbers', async () => {
  const network = (x: tf.Tensor) => tf.softmax(tf.matMul(x as tf.Tensor2D, tf.sin(x as tf.Tensor2D)));
  const inputs = [1, 2, 3, 4].map((seed) => values([64, 64], seed));
  const results = [];
  for (const workers of [0, 1, 2]) {
    const compiled = compile(network, { workers });
    results.push(await Promise.all(inputs.map((x) => compiled.run([x]))));
    await compiled.dispose();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('where one worker can not open a session, the sessions of the others are closed', async () => {
  const { clients } = await connect(2);
  const calls: string[] = [];
  const spies = clients.map((client, number) => {
    const call = client.call.bind(client);
    return vi.spyOn(client, 'call').mockImplementation((method, ...rest) => {
      calls.push(`${method} ${number}`);
      return number === 1 && method === 'open'
        ? Promise.reject(new Error('no memory'))
        : call(method, ...rest);
    });
  });
  const twice = compile((x) => tf.add(x, x), { workers: 2 });
  const error = await failure(twice.run([{ data: Float32Array.of(1), shape: [1] }]));
  for (const spy of spies) spy.mockRestore();
  expect(error).toMatchObject({ code: 'RuntimeUnavailable', message: expect.stringContaining('no memory') });
  expect(calls.slice(-3)).toEqual(['open 0', 'open 1', 'close 0']);
});

test('an array that does not fill its shape is refused', async () => {
  const error = await failure(compiled.run([{ data: new Float32Array(3), shape: [2, 2] }]));
  expect(isTfjsOnnxError(error, 'InvalidArgument')).toBe(true);
  expect(error).toMatchObject({ expected: '4 values for shape [2,2]', found: '3' });
});

test('where the worker ends, all pending runs reject; functions compiled later get another worker', async () => {
  const [client] = (await connect(1)).clients;
  // A message that the worker can't read.
  (client as unknown as { endpoint: { postMessage(message: null): void } }).endpoint.postMessage(null);
  const errors = await Promise.all([compiled.run([input]), compiled.run([input])].map(failure));
  errors.push(await failure(compiled.run([input])));
  for (const error of errors) expect(isTfjsOnnxError(error, 'WorkerFailed')).toBe(true);
  const negate = compile((x) => tf.neg(x));
  const [{ data }] = await negate.run([{ data: Float32Array.of(1), shape: [1] }]);
  expect(data[0]).toBe(-1);
  await negate.dispose();
});

/** Runs session-process.ts; resolves to its exit code and output. */
const runProcess = (...args: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const env = { ...process.env, FORCE_COLOR: undefined }; // beside NO_COLOR, Node warns of it
    const child = execFile(process.execPath, [...process.execArgv, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode!, output: stdout + stderr }),
    );
    child.stdin?.end();
  });
const script = fileURLToPath(new URL('./session-process.ts', import.meta.url));

test('a process with an open session ends by itself, and in the middle of a run', async () => {
  const results = await Promise.all([runProcess(script), runProcess(script, 'exit')]);
  expect(results).toEqual([
    { code: 0, output: 'result of 1024 × 1024\n' },
    { code: 3, output: '' },
  ]);
});

test('where the worker can not start, sessions run in the calling thread, with a note', async () => {
  // Threads of such a process do not get the flags that TypeScript needs.
  const { code, output } = await runProcess('--input-type=module', '--eval', `import '${script}'`);
  expect(output).toMatch(/^ONNX Runtime runs on the calling thread, .*: .+\nresult of 1024 × 1024\n$/);
  expect(code).toBe(0);
});
