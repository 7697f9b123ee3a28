import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { compile, type TensorFunction, type TensorLike } from '../src';
import { specOf } from '../src/run/tensor-like';

/** Deterministic values in [low, high). */
export function values(shape: number[], seed = 1, low = -1, high = 1): TensorLike {
  let state = seed * 2654435761;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
  return { data, shape };
}

/** Asserts that a function gives the same through ONNX Runtime as on tfjs' cpu backend. */
export async function agrees(fn: TensorFunction, inputs: TensorLike[], tolerance = 1e-5): Promise<void> {
  await tf.setBackend('cpu');
  const expected = tf.tidy(() => {
    const tensors = inputs.map(({ data, shape }) =>
      tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32'),
    );
    const result = fn(...tensors) as tf.Tensor | tf.Tensor[];
    return (Array.isArray(result) ? result : [result]).map((t) => ({
      data: t.dataSync(),
      shape: t.shape,
      dtype: t.dtype,
    }));
  });
  const compiled = compile(fn, { workers: 0 });
  const actual = await compiled.run(inputs);
  await compiled.dispose();
  expect(actual.map(specOf)).toEqual(expected.map(({ shape, dtype }) => ({ shape, dtype })));
  expected.forEach(({ data }, i) => {
    const scale = Math.max(1, ...Array.from(data, Math.abs).filter(Number.isFinite));
    let worst = 0;
    data.forEach((value, k) => {
      const found = actual[i].data[k];
      if (Object.is(value, found) || value === found) return;
      worst = Math.max(worst, Math.abs(value - found) / scale);
    });
    expect(worst).toBeLessThanOrEqual(tolerance);
    expect(Array.from(actual[i].data).some(Number.isNaN)).toBe(Array.from(data).some(Number.isNaN));
  });
}
