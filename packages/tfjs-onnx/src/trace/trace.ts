import { atOnce, type Steps } from '@mtpi/jobs';
import * as tf from '@tensorflow/tfjs';
import { TfjsOnnxError } from '../errors';
import { FreeDimensions } from './free-dimensions';
import type { Port } from './graph';
import { padChannels } from './pad-channels';
import { encodeModel } from './protobuf';
import { simplify } from './simplify';
import { withTracer } from './trace-backend';
import { dependsOnFreeDimension, elementType, Tracer, type Value } from './tracer';

/** Shape and element type of an argument; a `tf.Tensor` serves as one. */
export interface TensorSpec {
  shape: readonly number[];
  dtype?: tf.DataType;
}

/** As `TensorSpec`; a name in the shape stands for a dimension of any length. */
export interface FreeTensorSpec {
  shape: readonly (number | string)[];
  dtype?: tf.DataType;
}

/**
 * A synchronous computation on tensors. It may read and assign variables that exist beforehand. A generator function may
 * yield outside `tf.tidy` and gradients: `compile` then lets the event loop go on.
 */
export type TensorFunction = (...inputs: tf.Tensor[]) => Tensors | Steps<Tensors>;

type Tensors = tf.Tensor | tf.Tensor[];

export interface TraceOptions {
  /**
   * true (default): variables become constants of the graph, and the function must not assign any.
   * false: variables read become inputs, variables assigned become outputs.
   */
  freeze?: boolean;
  /** Names of the arguments in the graph; default `input_0`, `input_1`, … */
  inputNames?: string[];
  /** Names of the results in the graph; default `output_0`, `output_1`, … */
  outputNames?: string[];
  /** Key–value pairs stored in the model. */
  metadata?: Record<string, string>;
  /** Divisors of the lengths of named dimensions; default 1. */
  multiples?: Record<string, number>;
  /** Works around errors of ONNX Runtime's WebGPU provider. Default false: it costs other devices time. */
  webgpu?: boolean;
}

/** A variable of the traced function: where it enters the graph and, if it is assigned, where it leaves. */
export interface VariablePort {
  variable: tf.Variable;
  input?: string;
  output?: string;
}

export interface TracedModel {
  /** The ONNX model, serialized. */
  model: Uint8Array;
  /** The function's arguments, in order. */
  inputs: Port[];
  /** The function's results, in order. */
  outputs: Port[];
  /** Empty for a frozen trace. */
  variables: VariablePort[];
}

/**
 * Runs `fn` once on placeholders and records its operations as an ONNX model.
 *
 * The function runs synchronously; shapes are fixed to those given, but for dimensions given by a name. With such a
 * dimension `fn` is run twice, at different lengths, and must not depend on the length but through shapes of tensors and
 * `tf.range`. Gradients (`tf.variableGrads`) and variable
 * assignments inside it are recorded too, so a whole training step can be traced.
 *
 * @param inputs shape and dtype (default float32) of each argument; example tensors will do.
 * @throws TfjsOnnxError `UnsupportedKernel` for an op without ONNX form, `ValueRead` if `fn` reads a tensor's value,
 *   `InvalidArgument` if it assigns a variable although frozen, creates a variable, returns no tensor, or computes a
 *   number from a free length, and for more than six free dimensions.
 * @example
 * const { model } = trace((x) => tf.relu(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same')), [{ shape: [1, 64, 64, 8] }]);
 */
export function trace(
  fn: TensorFunction,
  inputs: readonly FreeTensorSpec[],
  options: TraceOptions = {},
): TracedModel {
  const names = inputs.flatMap(({ shape }) => shape.filter((dimension) => typeof dimension === 'string'));
  const at = (attempt: 0 | 1) =>
    atOnce(traceSteps(fn, inputs, options, new FreeDimensions(names, options.multiples, attempt)));
  const traced = at(0);
  if (names.length && !tf.util.arraysEqual(traced.model, at(1).model)) throw dependsOnFreeDimension();
  return traced;
}

/** As `trace`, with a step for each of the function. */
export function* traceSteps(
  fn: TensorFunction,
  inputs: readonly FreeTensorSpec[],
  options: TraceOptions,
  free = new FreeDimensions(),
): Steps<TracedModel> {
  const { freeze = true, metadata } = options;
  const tracer = new Tracer(freeze, free);
  const { graph } = tracer;
  const ports: Port[] = [];
  const variables: VariablePort[] = [];
  const results: Value[] = [];

  const body = () => {
    const placeholders = inputs.map(({ shape, dtype = 'float32' }, i) => {
      const value = tracer.input(options.inputNames?.[i] ?? `input_${i}`, [...shape], dtype);
      ports.push(graph.inputs[graph.inputs.length - 1]);
      return tf.engine().makeTensorFromTensorInfo({ dataId: tracer.bind(value), shape: value.shape, dtype });
    });
    return fn(...placeholders);
  };

  yield* withTracer(tracer, body, (result, assigned) => {
    const tensors = Array.isArray(result) ? result : [result];
    if (!tensors.every((tensor) => tensor instanceof tf.Tensor)) {
      throw new TfjsOnnxError(
        'InvalidArgument',
        'trace: expected the function to return a tensor or an array of tensors; async functions cannot be traced',
        { expected: 'a tensor or an array of tensors' },
      );
    }
    results.push(...tensors.map((tensor) => tracer.value(tensor)));
    for (const variable of assigned) {
      if (freeze) {
        throw new TfjsOnnxError(
          'InvalidArgument',
          `trace: the function assigns the variable '${variable.name}', which is frozen`,
          { found: variable.name, hint: 'pass { freeze: false } to keep its state' },
        );
      }
      const output = nameOutput(tracer, tracer.value(variable), `next_${variable.name}`);
      variables.push({ variable, output: output.name });
    }
  });

  const outputs = results.map((value, i) =>
    nameOutput(tracer, value, options.outputNames?.[i] ?? `output_${i}`),
  );
  for (const { variable, input } of tracer.variables) {
    const port = variables.find((v) => v.variable === variable);
    if (port) port.input = input;
    else variables.push({ variable, input });
  }
  yield;
  if (options.webgpu) padChannels(graph);
  simplify(graph);
  yield;
  return { model: encodeModel(graph, fn.name || 'traced', metadata), inputs: ports, outputs, variables };
}

/** Declares `value` as an output called `name`. */
function nameOutput(tracer: Tracer, value: Value, name: string): Port {
  const { graph } = tracer;
  const dims = value.shape.map((length) => graph.free.declared(length));
  const port: Port = { name, type: elementType(value.dtype), dims };
  graph.nodes.push({ op: 'Identity', inputs: [tracer.layout(value)], outputs: [name], attributes: {} });
  graph.outputs.push(port);
  return port;
}
