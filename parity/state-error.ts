import type { NamedTensor } from '@mtpi/model';
import { relativeError } from './check';

/** Relative errors of a set of tensors. */
export interface StateError {
  /** Of all tensors as one vector. */
  all: number;
  /** Of the tensor that agrees least. */
  worst: number;
  worstName: string;
}

/** Compares tensors of these names with the reference's. */
export function stateError(
  found: ReadonlyMap<string, NamedTensor>,
  reference: ReadonlyMap<string, NamedTensor>,
): StateError {
  const names = [...reference.keys()].filter((name) => !name.endsWith('num_batches_tracked'));
  const values = (state: ReadonlyMap<string, NamedTensor>) =>
    names.flatMap((name) => [...(state.get(name)?.data ?? [])]);
  let worst = 0;
  let worstName = '';
  for (const name of names) {
    const error = relativeError(found.get(name)?.data ?? [], reference.get(name)?.data ?? []);
    if (!(error <= worst)) [worst, worstName] = [error, name];
    if (Number.isNaN(error)) break;
  }
  return { all: relativeError(values(found), values(reference)), worst, worstName };
}
