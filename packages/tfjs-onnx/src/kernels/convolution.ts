import * as tf from '@tensorflow/tfjs';
import { channelsFirst, type Order } from '../trace/layout';
import type { Tracer, Value } from '../trace/tracer';
import { epilogue } from './epilogue';
import { type Kernel, type KernelContext, refuse } from './kernel';

type Info = tf.backend_util.Conv2DInfo;

/** HWIO filter in the order (O, I, H, W). */
const filterOrder: Order = [3, 2, 0, 1];
/** HWIO filter in the order (I, O, H, W), as the gradient of the input needs it. */
const transposedFilterOrder: Order = [2, 3, 0, 1];

interface Shapes {
  x: number[];
  filter: number[];
}

function describe({ x, filter }: Shapes, attrs: KernelContext['attrs'], depthwise: boolean): Info {
  if (attrs.dimRoundingMode === 'ceil') refuse('a convolution of a size that is rounded up');
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat ?? 'NHWC'),
  );
}

/** Input in (N, C, H, W); for tfjs' NCHW data format that is how it lies. */
const inputOrder = ({ dataFormat }: Info): Order =>
  dataFormat === 'channelsFirst' ? [0, 1, 2, 3] : channelsFirst;

const pads = ({ padInfo: { top, left, bottom, right } }: Info): number[] => [top, left, bottom, right];

const geometry = (info: Info, group = 1) => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  pads: pads(info),
  group,
});

const unitStride = (info: Info): boolean =>
  info.strideHeight === 1 && info.strideWidth === 1 && info.dilationHeight === 1 && info.dilationWidth === 1;

/** (H, W, C, M) depthwise filter as ONNX takes it: (C·M, 1, H, W). */
function depthwiseFilter(tracer: Tracer, filter: Value): string {
  const [h, w, c, m] = filter.shape;
  return tracer.reshape(tracer.layout(filter, [2, 3, 0, 1]), [c * m, 1, h, w]);
}

function forward({ tracer, inputs: { x, filter }, attrs }: KernelContext): Value {
  const info = describe({ x: x.shape, filter: filter.shape }, attrs, false);
  const order = inputOrder(info);
  const name = tracer.graph.emit(
    'Conv',
    [tracer.layout(x, order), tracer.layout(filter, filterOrder)],
    geometry(info),
  );
  return tracer.result(name, info.outShape, x.dtype, order);
}

function depthwiseForward({ tracer, inputs: { x, filter }, attrs }: KernelContext): Value {
  const info = describe({ x: x.shape, filter: filter.shape }, attrs, true);
  const order = inputOrder(info);
  const operands = [tracer.layout(x, order), depthwiseFilter(tracer, filter)];
  return tracer.result(
    tracer.graph.emit('Conv', operands, geometry(info, info.inChannels)),
    info.outShape,
    x.dtype,
    order,
  );
}

/** Filter (…, H, W) turned by 180°. */
function flipped(tracer: Tracer, filter: string, rank = 4): string {
  const { graph } = tracer;
  const axes = graph.int64([rank - 2, rank - 1]);
  return graph.emit('Slice', [
    filter,
    graph.int64([-1, -1]),
    graph.int64([-1e9, -1e9]),
    axes,
    graph.int64([-1, -1]),
  ]);
}

/**
 * Gradient by the input. With stride 1 it is a convolution with the turned filter, which ONNX Runtime runs
 * markedly faster than ConvTranspose.
 */
function inputGradient(
  tracer: Tracer,
  info: Info,
  dy: Value,
  filters: { transposed: () => string; forward: () => string },
  group: number,
): Value {
  const { graph } = tracer;
  const order = inputOrder(info);
  const gradient = tracer.layout(dy, order);
  let name: string;
  if (unitStride(info)) {
    const [top, left, bottom, right] = pads(info);
    const [h, w] = [info.filterHeight - 1, info.filterWidth - 1];
    name = graph.emit('Conv', [gradient, flipped(tracer, filters.transposed())], {
      kernel_shape: [h + 1, w + 1],
      pads: [h - top, w - left, h - bottom, w - right],
      group,
    });
  } else {
    const extent = (out: number, stride: number, size: number, dilation: number) =>
      (out - 1) * stride + (size - 1) * dilation + 1;
    const { padInfo: p } = info;
    const rest = [
      info.inHeight +
        p.top +
        p.bottom -
        extent(info.outHeight, info.strideHeight, info.filterHeight, info.dilationHeight),
      info.inWidth +
        p.left +
        p.right -
        extent(info.outWidth, info.strideWidth, info.filterWidth, info.dilationWidth),
    ];
    name = graph.emit('ConvTranspose', [gradient, filters.forward()], {
      ...geometry(info, group),
      output_padding: rest,
    });
  }
  return tracer.result(name, info.inShape, dy.dtype, order);
}

/** The input shifted to filter tap (row, column): every element that this tap meets, as (N, C, outH, outW). */
function tapInput(tracer: Tracer, info: Info, padded: string, row: number, column: number): string {
  const { graph } = tracer;
  const start = [row * info.dilationHeight, column * info.dilationWidth];
  const end = [
    start[0] + (info.outHeight - 1) * info.strideHeight + 1,
    start[1] + (info.outWidth - 1) * info.strideWidth + 1,
  ];
  if (
    info.filterHeight === 1 &&
    info.filterWidth === 1 &&
    unitStride(info) &&
    pads(info).every((p) => p === 0)
  )
    return padded;
  return graph.emit('Slice', [
    padded,
    graph.int64(start),
    graph.int64(end),
    graph.int64([2, 3]),
    graph.int64([info.strideHeight, info.strideWidth]),
  ]);
}

function padInput(tracer: Tracer, info: Info, x: Value): string {
  const name = tracer.layout(x, inputOrder(info));
  const [top, left, bottom, right] = pads(info);
  if (top + left + bottom + right === 0) return name;
  return tracer.graph.emit('Pad', [name, tracer.graph.int64([0, 0, top, left, 0, 0, bottom, right])]);
}

const taps = (info: Info): [number, number][] =>
  Array.from({ length: info.filterHeight * info.filterWidth }, (_, i) => [
    Math.floor(i / info.filterWidth),
    i % info.filterWidth,
  ]);

/**
 * Gradient by the filter: for each tap one matrix product of the shifted input with dy over all pixels. ONNX Runtime reads
 * the transposed dy where it lies.
 */
function filterGradient({ tracer, inputs: { x, dy }, attrs }: KernelContext): Value {
  const { graph } = tracer;
  const info = describe({ x: x.shape, filter: attrs.filterShape }, attrs, false);
  const { batchSize, inChannels, outChannels } = info;
  const pixels = info.outHeight * info.outWidth;
  const rows = tracer.reshape(tracer.layout(dy, inputOrder(info)), [batchSize, outChannels, pixels]);
  const columns = graph.emit('Transpose', [rows], { perm: [0, 2, 1] });
  const padded = padInput(tracer, info, x);
  const products = taps(info).map(([row, column]) => {
    const input = tracer.reshape(tapInput(tracer, info, padded, row, column), [
      batchSize,
      inChannels,
      pixels,
    ]);
    return graph.emit('MatMul', [input, columns]);
  });
  const perTap = products.map((name) => graph.emit('ReduceSum', [name, graph.int64([0])], { keepdims: 1 }));
  const stacked = perTap.length === 1 ? perTap[0] : graph.emit('Concat', perTap, { axis: 0 });
  return tracer.result(tracer.reshape(stacked, attrs.filterShape), attrs.filterShape, x.dtype);
}

/** Gradient by a depthwise filter: for each tap the inner products of the shifted input's planes and dy's. */
function depthwiseFilterGradient({ tracer, inputs: { x, dy }, attrs }: KernelContext): Value {
  const { graph } = tracer;
  const info = describe({ x: x.shape, filter: attrs.filterShape }, attrs, true);
  const { batchSize, inChannels, outHeight, outWidth } = info;
  const multiplier = attrs.filterShape[3];
  const [planes, pixels] = [batchSize * inChannels, outHeight * outWidth];
  const rows = tracer.reshape(tracer.layout(dy, inputOrder(info)), [planes, multiplier, pixels]);
  const columns = graph.emit('Transpose', [rows], { perm: [0, 2, 1] });
  const padded = padInput(tracer, info, x);
  const products = taps(info).map(([row, column]) => {
    const input = tracer.reshape(tapInput(tracer, info, padded, row, column), [planes, 1, pixels]);
    const product = graph.emit('MatMul', [input, columns]);
    return tracer.reshape(product, [1, batchSize, inChannels, multiplier]);
  });
  const stacked = products.length === 1 ? products[0] : graph.emit('Concat', products, { axis: 0 });
  const sum = graph.emit('ReduceSum', [stacked, graph.int64([1])], { keepdims: 0 });
  return tracer.result(tracer.reshape(sum, attrs.filterShape), attrs.filterShape, x.dtype);
}

/** Convolutions and their gradients. */
export const convolution: Record<string, Kernel> = {
  Conv2D: forward,
  FusedConv2D: (context) => epilogue(context, forward(context)),
  DepthwiseConv2dNative: depthwiseForward,
  FusedDepthwiseConv2D: (context) => epilogue(context, depthwiseForward(context)),
  Conv2DBackpropFilter: filterGradient,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  Conv2DBackpropInput: ({ tracer, inputs: { dy, filter }, attrs }) => {
    const info = describe({ x: attrs.inputShape, filter: filter.shape }, attrs, false);
    const filters = {
      transposed: () => tracer.layout(filter, transposedFilterOrder),
      forward: () => tracer.layout(filter, filterOrder),
    };
    return inputGradient(tracer, info, dy, filters, 1);
  },
  DepthwiseConv2dNativeBackpropInput: ({ tracer, inputs: { dy, filter }, attrs }) => {
    const info = describe({ x: attrs.inputShape, filter: filter.shape }, attrs, true);
    const [h, w, c, m] = filter.shape;
    const filters = {
      transposed: () => tracer.reshape(tracer.layout(filter, [2, 3, 0, 1]), [c, m, h, w]),
      forward: () => depthwiseFilter(tracer, filter),
    };
    return inputGradient(tracer, info, dy, filters, c);
  },
};
