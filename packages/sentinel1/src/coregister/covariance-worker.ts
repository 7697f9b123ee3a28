import { kTransferable, kValue, Tinypool } from 'tinypool';
import { type Block, covarianceBlock } from './covariance-block';

/** What a thread hands back of a `MaskedImage`. */
export interface BlockResult {
  shape: number[];
  values: Float32Array;
  valid: Uint8Array;
}

/** Runs in a thread: the covariance of a block, handed over without a copy. */
export function covariance(block: Block): unknown {
  const { image, mask } = covarianceBlock(block);
  const result: BlockResult = { shape: image.shape, values: image.data, valid: mask.data };
  return Tinypool.move({ [kTransferable]: [result.values.buffer, result.valid.buffer], [kValue]: result });
}
