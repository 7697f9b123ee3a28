import { channelsFirst } from '../trace/layout';
import type { Tracer, Value } from '../trace/tracer';
import type { Kernel } from './kernel';

const softmax =
  (op: string): Kernel =>
  ({ tracer, inputs: { logits }, attrs }) => {
    const axis = attrs.dim ?? attrs.axis ?? -1;
    const logical = axis < 0 ? axis + logits.shape.length : axis;
    const name = tracer.graph.emit(op, [tracer.stored(logits)], { axis: logits.order.indexOf(logical) });
    return tracer.like(logits, name);
  };

const vectorOf = (tracer: Tracer, value: Value | undefined, length: number, fill: number): string =>
  tracer.layout(value ?? tracer.constant(new Float32Array(length).fill(fill), [length], 'float32'));

/** Softmax and batch normalization. */
export const normalization: Record<string, Kernel> = {
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
  FusedBatchNorm: ({ tracer, inputs: { x, scale, offset, mean, variance }, attrs }) => {
    const channels = x.shape[3];
    const parameters = [
      vectorOf(tracer, scale, channels, 1),
      vectorOf(tracer, offset, channels, 0),
      tracer.layout(mean),
      tracer.layout(variance),
    ];
    const epsilon = { float: attrs.varianceEpsilon ?? 1e-3 };
    const name = tracer.graph.emit('BatchNormalization', [tracer.layout(x, channelsFirst), ...parameters], {
      epsilon,
    });
    return tracer.result(name, x.shape, x.dtype, channelsFirst);
  },
};
