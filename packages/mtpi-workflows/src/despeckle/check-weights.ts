import { WorkflowError } from '../errors';
import type { DespeckleOptions } from './despeckle-options';

/** A name, as those of shipped weights, rather than a file or an address. */
const NAME = /^[\w-]+$/;

/**
 * Checks weights before any work, and an overlap, with their tile size where none is given.
 *
 * @throws WorkflowError `InvalidArgument` for a name that is neither of shipped weights nor of a file; ModelError
 *   `InvalidArgument` naming the maximum of an overlap; as `loadNetwork`.
 */
export async function checkWeights({
  weights,
  tile,
  overlap,
}: Pick<DespeckleOptions, 'weights' | 'tile' | 'overlap'>): Promise<void> {
  if (weights === undefined && overlap === undefined) return;
  const { isModelError, loadDespeckler, SHIPPED_WEIGHTS } = await import('@mtpi/model'); // loads TensorFlow.js
  const despeckler = await loadDespeckler(weights).catch((error) => {
    const isMissing = isModelError(error, 'InvalidWeights') && error.found === 'no such file';
    if (weights === undefined || !isMissing || !NAME.test(weights)) throw error;
    const expected = `weights ${SHIPPED_WEIGHTS.join(', ')}, or a file`;
    throw new WorkflowError('InvalidArgument', { expected, found: weights, cause: error });
  });
  try {
    if (overlap !== undefined) despeckler.layout({ width: 1, height: 1 }, { tile, overlap });
  } finally {
    await despeckler.dispose();
  }
}
