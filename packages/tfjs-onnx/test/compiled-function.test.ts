import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CompileOptions, compile, isTfjsOnnxError } from '../src';
import { connect } from '../src/session/connection';

beforeEach(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const three = { data: Float32Array.of(3), shape: [1] };
const engines: [string, CompileOptions][] = [
  ['ONNX Runtime', {}],
  ['ONNX Runtime, variables not frozen', { freeze: false }],
  ['TensorFlow.js', { backend: 'tfjs-cpu' }],
];

describe.each(engines)('%s', (_, options) => {
  test('after reloadVariables runs take the values that variables then have', async () => {
    const factor = tf.variable(tf.scalar(2));
    const scale = compile((x) => tf.mul(x, factor), options);
    const run = async () => (await scale.run([three]))[0].data[0];
    const before = [run(), run()];
    scale.reloadVariables(); // not for the runs already called
    expect(await Promise.all(before)).toEqual([6, 6]);
    factor.assign(tf.scalar(5));
    scale.reloadVariables();
    expect(await run()).toBe(15);
    await scale.dispose();
  });

  test('dispose lets runs already called end, and refuses later ones', async () => {
    const negate = compile((x) => tf.neg(x), options);
    const running = negate.run([three]);
    await negate.dispose();
    expect((await running)[0].data[0]).toBe(-3);
    for (const call of [() => negate.run([three]), () => negate.warmUp([three])]) {
      const error: unknown = await call().catch((reason: unknown) => reason);
      expect(isTfjsOnnxError(error, 'InvalidArgument')).toBe(true);
      expect((error as Error).message).toMatch(/^(run|warmUp): the function is disposed of$/);
    }
    await negate.dispose();
  });
});

test('sessions of a frozen function are closed where its variables are reloaded', async () => {
  const negate = compile((x) => tf.neg(x));
  await negate.warmUp([three]);
  const calls = vi.spyOn((await connect(1)).clients[0], 'call');
  negate.reloadVariables();
  await vi.waitFor(() => expect(calls.mock.calls.map(([method]) => method)).toContain('close'));
  calls.mockRestore();
  await negate.dispose();
});
