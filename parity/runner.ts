import { compile, type TensorLike } from '@mtpi/tfjs-onnx';
import * as tf from '@tensorflow/tfjs';
import { toTensor } from './fixture';

/** Something that runs the tensor functions of training: tfjs itself, or ONNX Runtime. */
export type Runner = (fn: (...inputs: tf.Tensor[]) => tf.Tensor[]) => {
  run(...inputs: TensorLike[]): Promise<ArrayLike<number>[]>;
  /** Brings assigned variables back to tfjs and ends the use of `fn`. */
  finish(): Promise<void>;
};

/** tfjs itself. */
export const eager: Runner = (fn) => ({
  run: async (...inputs) => tf.tidy(() => fn(...inputs.map(toTensor)).map((tensor) => tensor.dataSync())),
  finish: async () => {},
});

/** ONNX Runtime. */
export const compiled: Runner = (fn) => {
  const session = compile(fn, { freeze: false });
  return {
    run: async (...inputs) => (await session.run(inputs)).map(({ data }) => data),
    finish: async () => {
      await session.storeVariables();
      await session.dispose();
    },
  };
};
