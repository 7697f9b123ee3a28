import { activation } from './activation';
import { arithmetic } from './arithmetic';
import { convolution } from './convolution';
import type { Kernel } from './kernel';
import { matmul } from './matmul';
import { normalization } from './normalization';
import { pooling } from './pooling';
import { reduction } from './reduction';
import { resize } from './resize';
import { selection } from './selection';
import { shape } from './shape';

export type { KernelContext } from './kernel';

/** Every tfjs kernel that has an ONNX form here, by its tfjs name. */
export const kernels: Record<string, Kernel | undefined> = {
  ...activation,
  ...arithmetic,
  ...convolution,
  ...matmul,
  ...normalization,
  ...pooling,
  ...reduction,
  ...resize,
  ...selection,
  ...shape,
};

/** Kernels that compute each element of their result from the elements at the same place, with broadcasting. */
export const elementwiseKernels: ReadonlySet<string> = new Set([
  ...Object.keys(activation),
  ...Object.keys(arithmetic),
]);
