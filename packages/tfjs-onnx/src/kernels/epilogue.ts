import * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from '../errors';
import type { Value } from '../tracer';
import { activation } from './activation';
import { elementwise } from './arithmetic';
import type { KernelContext } from './kernel';

const activations: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
};

/** Bias and activation of tfjs' fused kernels. */
export function epilogue(
  { tracer, inputs: { bias, preluActivationWeights }, attrs }: KernelContext,
  x: Value,
): Value {
  const biased = bias ? elementwise(tracer, 'Add', [x, bias], x.dtype) : x;
  const name: string = attrs.activation ?? 'linear';
  if (name === 'linear') return biased;
  if (name === 'prelu') return elementwise(tracer, 'PRelu', [biased, preluActivationWeights], x.dtype);
  const kernel = activation[activations[name]];
  tf.util.assert(kernel !== undefined, () => {
    throw new TfjsOnnxError(
      'UnsupportedKernel',
      `trace: the fused activation '${name}' cannot be converted to ONNX`,
    );
  });
  return kernel({ tracer, inputs: { x: biased }, attrs: { alpha: attrs.leakyreluAlpha } }) as Value;
}
