import type { Order } from '../trace/layout';
import { identity } from '../trace/layout';
import type { Tracer, Value } from '../trace/tracer';
import { epilogue } from './epilogue';
import type { Kernel, KernelContext } from './kernel';

/** Logical order of the axes of a matrix operand, its last two exchanged if it is to be read transposed. */
const operandOrder = (value: Value, transpose: boolean): Order => {
  const order = identity(value.shape.length);
  if (transpose) order.push(...order.splice(-2).reverse());
  return order;
};

/**
 * Name of a matrix operand. One row read as a column stays a transposed row, not reshaped: ONNX Runtime multiplies by that
 * seven times as fast.
 */
function operand(tracer: Tracer, value: Value, order: Order): string {
  const isColumn = value.shape[value.shape.length - 2] === 1 && order[order.length - 1] === order.length - 2;
  return isColumn && !value.constant
    ? tracer.graph.emit('Transpose', [tracer.layout(value)], { perm: [...order] })
    : tracer.layout(value, order);
}

function multiply(tracer: Tracer, { inputs: { a, b }, attrs }: KernelContext): Value {
  const [orderA, orderB] = [operandOrder(a, attrs.transposeA), operandOrder(b, attrs.transposeB)];
  const rows = a.shape[orderA[orderA.length - 2]];
  const columns = b.shape[orderB[orderB.length - 1]];
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const rank = Math.max(batchA.length, batchB.length);
  const batch = Array.from({ length: rank }, (_, i) =>
    Math.max(batchA[i + batchA.length - rank] ?? 1, batchB[i + batchB.length - rank] ?? 1),
  );
  const name = tracer.graph.emit('MatMul', [operand(tracer, a, orderA), operand(tracer, b, orderB)]);
  return tracer.result(name, [...batch, rows, columns]);
}

/** Matrix products, batched and broadcast as numpy does. */
export const matmul: Record<string, Kernel> = {
  BatchMatMul: (context) => multiply(context.tracer, context),
  _FusedMatMul: (context) => epilogue(context, multiply(context.tracer, context)),
};
