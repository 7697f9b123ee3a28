import * as tf from '@tensorflow/tfjs';
import { channelsFirst } from '../trace/layout';
import { type Kernel, type KernelContext, refuse } from './kernel';

type Info = tf.backend_util.Conv2DInfo;

function describe(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: KernelContext['attrs'],
): Info {
  if (dimRoundingMode === 'ceil') refuse('pooling to a size that is rounded up');
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

const geometry = ({ filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: Info) => ({
  kernel_shape: [filterHeight, filterWidth],
  strides: [strideHeight, strideWidth],
  pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
});

const pool =
  (op: string): Kernel =>
  ({ tracer, inputs: { x }, attrs }) => {
    const info = describe(x.shape, attrs);
    const name = tracer.graph.emit(op, [tracer.layout(x, channelsFirst)], geometry(info));
    return tracer.result(name, info.outShape, x.dtype, channelsFirst);
  };

/** Pooling and its gradients. */
export const pooling: Record<string, Kernel> = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  /** dy goes to the position of each window's first maximum. */
  MaxPoolGrad: ({ tracer, inputs: { dy, input }, attrs }) => {
    const { graph } = tracer;
    const info = describe(input.shape, attrs);
    const [, indices] = graph.emitMany('MaxPool', [tracer.layout(input, channelsFirst)], 2, geometry(info));
    const elements = tf.util.sizeFromShape(input.shape);
    const zeros = graph.emit('Expand', [graph.float(0), graph.int64([elements])]);
    const flat = [tracer.reshape(indices, [-1]), tracer.reshape(tracer.layout(dy, channelsFirst), [-1])];
    const scattered = graph.emit('ScatterElements', [zeros, ...flat], { axis: 0, reduction: 'add' });
    const [n, h, w, c] = input.shape;
    return tracer.result(tracer.reshape(scattered, [n, c, h, w]), input.shape, dy.dtype, channelsFirst);
  },
  /** dy over the count of valid elements of its window, spread over that window by a transposed convolution of ones. */
  AvgPoolGrad: ({ tracer, inputs: { dy, input }, attrs }) => {
    const { graph } = tracer;
    const info = describe(input.shape, attrs);
    const [n, h, w, c] = input.shape;
    const ones = tracer.constant(new Float32Array(h * w).fill(1), [1, 1, h, w], 'float32');
    const window = tracer.constant(
      new Float32Array(info.filterHeight * info.filterWidth).fill(1),
      [1, 1, info.filterHeight, info.filterWidth],
      'float32',
    );
    const counts = graph.emit('Conv', [tracer.layout(ones), tracer.layout(window)], geometry(info));
    const planes = tracer.reshape(tracer.layout(dy, channelsFirst), [
      n * c,
      1,
      info.outHeight,
      info.outWidth,
    ]);
    const rest = (size: number, out: number, stride: number, filter: number, padding: number) =>
      size + padding - (out - 1) * stride - filter;
    const { top, bottom, left, right } = info.padInfo;
    const spread = graph.emit('ConvTranspose', [graph.emit('Div', [planes, counts]), tracer.layout(window)], {
      ...geometry(info),
      output_padding: [
        rest(h, info.outHeight, info.strideHeight, info.filterHeight, top + bottom),
        rest(w, info.outWidth, info.strideWidth, info.filterWidth, left + right),
      ],
    });
    return tracer.result(tracer.reshape(spread, [n, c, h, w]), input.shape, dy.dtype, channelsFirst);
  },
};
