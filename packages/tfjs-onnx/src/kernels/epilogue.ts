import type { Value } from '../trace/tracer';
import { activation } from './activation';
import { elementwise } from './arithmetic';
import { type KernelContext, refuse } from './kernel';

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
  const kernel = activation[activations[name]] ?? refuse(`the fused activation '${name}'`);
  return kernel({ tracer, inputs: { x: biased }, attrs: { alpha: attrs.leakyreluAlpha } }) as Value;
}
