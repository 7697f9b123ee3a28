import type { Value } from '../trace/tracer';
import { cast, elementwise } from './arithmetic';
import { type Kernel, type KernelContext, unary } from './kernel';

/** A kernel written as a chain of nodes on its only input; every step keeps shape, type and order. */
const chain =
  (
    body: (
      emit: (op: string, ...inputs: string[]) => string,
      x: string,
      float: (value: number) => string,
      attrs: KernelContext['attrs'],
    ) => string,
  ): Kernel =>
  ({ tracer, inputs, attrs }) => {
    const [x] = Object.values(inputs);
    const { graph } = tracer;
    const name = body(
      (op, ...names) => graph.emit(op, names),
      tracer.stored(x),
      (value) => graph.float(value),
      attrs,
    );
    return tracer.like(x, name);
  };

const withAlpha =
  (op: string): Kernel =>
  ({ tracer, inputs, attrs }) =>
    unary(op, { alpha: { float: attrs.alpha ?? 1 } })({ tracer, inputs, attrs });

/** A test of each element; the answer is a bool. */
const predicate =
  (op: string): Kernel =>
  (context) => ({ ...(unary(op)(context) as Value), dtype: 'bool' });

/** Functions of one element. */
export const activation: Record<string, Kernel> = {
  Abs: unary('Abs'),
  Acos: unary('Acos'),
  Acosh: unary('Acosh'),
  Asin: unary('Asin'),
  Asinh: unary('Asinh'),
  Atan: unary('Atan'),
  Atanh: unary('Atanh'),
  Ceil: unary('Ceil'),
  Cos: unary('Cos'),
  Cosh: unary('Cosh'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Floor: unary('Floor'),
  IsNan: predicate('IsNaN'),
  IsInf: predicate('IsInf'),
  Log: unary('Log'),
  Neg: unary('Neg'),
  Reciprocal: unary('Reciprocal'),
  Relu: unary('Relu'),
  Round: unary('Round'),
  Selu: unary('Selu'),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Sinh: unary('Sinh'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Tan: unary('Tan'),
  Tanh: unary('Tanh'),
  Elu: unary('Elu'),
  LeakyRelu: withAlpha('LeakyRelu'),
  Square: chain((emit, x) => emit('Mul', x, x)),
  Rsqrt: chain((emit, x) => emit('Reciprocal', emit('Sqrt', x))),
  /** (eˣ + 1) · tanh(x / 2), and near 0 2 artanh(x / (2 + x)): where eˣ − 1 and 1 + x would lose the digits of x. */
  Expm1: chain((emit, x, float) =>
    emit('Mul', emit('Add', emit('Exp', x), float(1)), emit('Tanh', emit('Mul', x, float(0.5)))),
  ),
  Log1p: chain((emit, x, float) => {
    const near = emit('Mul', emit('Atanh', emit('Div', x, emit('Add', x, float(2)))), float(2));
    const isNear = emit('Less', emit('Abs', x), float(0.5));
    return emit('Where', isNear, near, emit('Log', emit('Add', x, float(1))));
  }),
  Relu6: chain((emit, x, float) => emit('Clip', x, float(0), float(6))),
  ClipByValue: chain((emit, x, float, attrs) =>
    emit('Clip', x, float(attrs.clipValueMin), float(attrs.clipValueMax)),
  ),
  /** 1 above zero, `alpha` below: the derivative of relu and its kin. */
  Step: ({ tracer, inputs: { x }, attrs }) => {
    const { graph } = tracer;
    const positive = graph.emit('Greater', [tracer.stored(x), graph.float(0)]);
    if (!attrs.alpha) return cast(tracer, tracer.like(x, positive, 'bool'), 'float32');
    return tracer.like(x, graph.emit('Where', [positive, graph.float(1), graph.float(attrs.alpha)]));
  },
  EluGrad: ({ tracer, inputs: { dy, y } }) => {
    const { graph } = tracer;
    const name = tracer.stored(y);
    const slope = graph.emit('Where', [
      graph.emit('Greater', [name, graph.float(0)]),
      graph.float(1),
      graph.emit('Add', [name, graph.float(1)]),
    ]);
    return elementwise(tracer, 'Mul', [dy, tracer.like(y, slope)], dy.dtype);
  },
};
