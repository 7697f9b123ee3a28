import { stat } from 'node:fs/promises';
import { WorkflowError } from '../errors';
import { isOwnFile } from './is-result';
import { assertSafeOutput } from './safe-output';

/**
 * The checks of `assertSafeOutput` for a file whose name was not given but follows from another one: it replaces nothing
 * but a file of this package. NumPy files do not say who wrote them.
 *
 * @throws WorkflowError as `assertSafeOutput`.
 */
export async function assertDerivedOutput(path: string, inputs: readonly string[]): Promise<void> {
  await assertSafeOutput(path, inputs, { kind: 'file' });
  const isThere = await stat(path).catch(() => undefined);
  if (!isThere || /\.npy$/i.test(path) || (await isOwnFile(path))) return;
  throw new WorkflowError('UnsafeOutput', {
    path,
    expected: 'nothing, or a file of an earlier run',
    found: 'a file of other origin',
    hint: 'Choose another --output, or move the file away.',
  });
}
