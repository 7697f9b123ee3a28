import type { DespeckleOptions } from './despeckle-options';

/**
 * Checks an overlap before any work, with the tile size of the weights where none is given.
 *
 * @throws ModelError `InvalidArgument` naming the maximum; as `loadNetwork`.
 */
export async function checkTiles({
  weights,
  tile,
  overlap,
}: Pick<DespeckleOptions, 'weights' | 'tile' | 'overlap'>): Promise<void> {
  if (overlap === undefined) return;
  const { loadDespeckler } = await import('@mtpi/model'); // loads TensorFlow.js
  const despeckler = await loadDespeckler(weights);
  try {
    despeckler.layout({ width: 1, height: 1 }, { tile, overlap });
  } finally {
    await despeckler.dispose();
  }
}
