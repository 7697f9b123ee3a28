/**
 * Input and output of an exported graph:
 * 'channels': of the network alone, [1, tile, tile, 7], see `encode` and `decode`;
 * 'covariance': C11, C22, Re C12, Im C12 in linear power, [4, tile, tile];
 * 'intensity': VV and VH in linear power, [2, tile, tile].
 * Dynamic graphs have the batch as first dimension of all.
 */
export type GraphInput = 'channels' | 'covariance' | 'intensity';

export interface ExportOptions {
  /** Default 'channels'. */
  input?: GraphInput;
  /** Rows and columns, fixed in the graph. Default: the tile of the weights. */
  tile?: number;
  /**
   * One graph for any batch and any rows and columns in multiples of 16. With 'covariance' and 'intensity' it has masks
   * as inputs too: `target_mask`, `previous_mask`, `next_mask`, [batch, rows, cols], 1 = valid, else 0; images are 0 where
   * they are invalid. Default false.
   */
  dynamic?: boolean;
  /** Averaging window for H, A and α, odd. Default 5. */
  window?: number;
  /** For WebGPU in ONNX Runtime: avoids operators that it computes incorrectly. Default false. */
  webgpu?: boolean;
}
