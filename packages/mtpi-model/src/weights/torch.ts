import { ModelError } from '../errors';
import type { TrainedNetwork } from './file';

export function decodeTorchCheckpoint(_bytes: Uint8Array, path: string): TrainedNetwork {
  throw new ModelError('InvalidWeights', `${path}: PyTorch checkpoints are not read yet`);
}
