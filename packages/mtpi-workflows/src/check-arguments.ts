import { extname } from 'node:path';
import { describeValue, optionKinds } from '@mtpi/errors';
import { WorkflowError } from './errors';
import type { AcquisitionInput, TripletInput } from './inputs';

const { text, record, listOf } = optionKinds;

/** @throws WorkflowError `InvalidArgument` unless this is a path. */
export function checkPath(name: string, path: string): void {
  if (typeof path !== 'string') refuse(name, 'a path', path);
}

/** @throws WorkflowError `InvalidArgument` unless this is a path for a folder of results, not the name of a file. */
export function checkResultsFolder(path: string): void {
  checkPath('folder', path);
  if (!/\.(?:tiff?|npy)$/i.test(path)) return;
  throw new WorkflowError('InvalidArgument', {
    path,
    expected: 'a folder for the results of a series, each date in a file of its own',
    found: 'the name of a file',
    hint: `Leave out ${extname(path)}; or give --target, --previous and --next for one file.`,
  });
}

/** @throws WorkflowError `InvalidArgument` unless there are a target, a previous and a next acquisition. */
export function checkTripletInput(input: TripletInput): void {
  const hint = 'Pass { target, previous, next }.';
  if (!record.accepts(input)) refuse('the input', 'an object of target, previous and next', input, hint);
  for (const name of ['target', 'previous', 'next'] as const) {
    if (!isAcquisition(input[name])) refuse(name, ACQUISITION, input[name], hint);
  }
}

/** @throws WorkflowError `InvalidArgument` unless this is a folder, or a list of acquisitions. */
export function checkStackInput(stack: string | readonly AcquisitionInput[]): void {
  if (typeof stack === 'string') return;
  if (!Array.isArray(stack)) refuse('the stack', 'a folder, or a list of acquisitions', stack);
  const other = stack.find((input) => !isAcquisition(input));
  if (other !== undefined) refuse('each date of the stack', ACQUISITION, other);
}

/** @throws WorkflowError `InvalidArgument` unless this is a list of paths. */
export function checkPaths(paths: readonly string[]): void {
  if (!listOf(text).accepts(paths)) refuse('the inputs', 'a list of paths', paths);
}

const ACQUISITION = 'a path, or a list of paths such as [VV, VH]';

const isAcquisition = (input: unknown): boolean =>
  typeof input === 'string' || (listOf(text).accepts(input) && (input as string[]).length > 0);

function refuse(name: string, expected: string, value: unknown, hint?: string): never {
  const found = describeValue(value);
  throw new WorkflowError('InvalidArgument', `expected ${name} to be ${expected}, found ${found}`, {
    ...{ expected, found, hint },
  });
}
