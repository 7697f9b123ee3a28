import { WorkflowError } from '../errors';

/** A name, as those of shipped weights, rather than a file or an address. */
const NAME = /^[\w-]+$/;

/**
 * Checks weights before any work.
 *
 * @throws WorkflowError `InvalidArgument` for a name that is neither of shipped weights nor of a file; as `loadNetwork`.
 */
export async function checkWeights(weights: string | undefined): Promise<void> {
  if (weights === undefined) return;
  const { isModelError, loadNetwork, SHIPPED_WEIGHTS } = await import('@mtpi/model'); // loads TensorFlow.js
  const { network } = await loadNetwork(weights).catch((error) => {
    const isMissing = isModelError(error, 'InvalidWeights') && error.found === 'no such file';
    if (!isMissing || !NAME.test(weights)) throw error;
    const expected = `weights ${SHIPPED_WEIGHTS.join(', ')}, or a file`;
    throw new WorkflowError('InvalidArgument', { expected, found: weights, cause: error });
  });
  network.dispose();
}
