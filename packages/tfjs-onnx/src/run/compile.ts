import { mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import { type EngineOptions, TFJS_BACKENDS } from '../engine-options';
import { TfjsOnnxError } from '../errors';
import { DEVICES } from '../session/device';
import type { TensorFunction, TraceOptions } from '../trace/trace';
import type { CompiledFunction } from './compiled-function';
import { EagerFunction } from './eager-function';
import { OnnxFunction } from './onnx-function';

export interface CompileOptions extends EngineOptions, Pick<TraceOptions, 'freeze'> {}

const { integer, callback, oneOf } = optionKinds;
const OPTIONS: Record<string, OptionKind> = {
  backend: oneOf('onnxruntime', ...TFJS_BACKENDS),
  device: oneOf('auto', ...DEVICES),
  ...{ threads: integer(1), workers: integer(0), freeze: optionKinds.flag },
  ...{ onFallback: callback, onOpen: callback },
};

/**
 * Compiles a synchronous tensor function for ONNX Runtime, or prepares it for a backend of TensorFlow.js.
 *
 * @param fn as for `trace`. Frozen by default: variables are constants of the compiled function. With `freeze: false`
 *   the function may assign variables, for example in a training step; their values stay in ONNX Runtime's worker.
 * @throws TfjsOnnxError as `trace` does, when first run with new shapes; `RuntimeUnavailable` if the device or backend
 *   is not there, `WorkerFailed` if the worker ended.
 * @example
 * const relu = compile((x) => tf.relu(x));
 * const [y] = await relu.run([{ data: Float32Array.of(-1, 2), shape: [2] }]);
 */
export function compile(fn: TensorFunction, options: CompileOptions = {}): CompiledFunction {
  if (typeof fn !== 'function')
    throw new TfjsOnnxError('InvalidArgument', `compile: expected a function, found ${typeof fn}`, {
      expected: 'function',
      found: typeof fn,
    });
  const mistake = mistakeInOptions(options, OPTIONS);
  if (mistake) throw new TfjsOnnxError('InvalidArgument', `compile: ${mistake.message}`, mistake);
  const { backend = 'onnxruntime', freeze = true, workers = 1 } = options;
  if (!freeze && workers > 1)
    throw new TfjsOnnxError(
      'InvalidArgument',
      `compile: expected one worker for variables, found ${workers}`,
      {
        expected: '1',
        found: `${workers}`,
        hint: 'freeze the function, or leave out workers',
      },
    );
  return backend === 'onnxruntime' ? new OnnxFunction(fn, options) : new EagerFunction(fn, backend);
}
