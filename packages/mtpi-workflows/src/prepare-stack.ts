import { type CoregisterOptions, coregisterStack, type StackDescription } from '@mtpi/sentinel1';
import { withOutput } from './safe-output';

/**
 * Co-registers Sentinel-1 SLC products of one track: a C2 for each date, and stack.json, which describes the processing.
 *
 * @param folder output; one with other files is written to only if it is such a stack.
 * @throws as `coregisterStack`; WorkflowError `UnsafeOutput`, `OutputBusy` or `NotFound` where the folder can't be written to.
 */
export const prepareStack = (
  products: readonly string[],
  folder: string,
  options: CoregisterOptions = {},
): Promise<StackDescription> =>
  withOutput(folder, products, { kind: 'folder', mark: 'stack.json' }, () =>
    coregisterStack(products, folder, options),
  );
