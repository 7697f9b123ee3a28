import { describeValue, optionKinds } from '@mtpi/errors';
import type { StackInput, TripletInput } from './acquisitions/inputs';
import { WorkflowError } from './errors';

const { text, record, listOf } = optionKinds;

/** @throws WorkflowError `InvalidArgument` unless this is a path. */
export function checkPath(name: string, path: string): void {
  if (typeof path !== 'string') refuse(name, 'a path', path);
}

/** @throws WorkflowError `InvalidArgument` unless this is a path for a folder, not the name of a file. @param contents of it. */
export function checkFolder(path: string, contents: string, orElse = ''): void {
  checkPath('folder', path);
  const ending = /\.(?:tiff?|npy|html?|png)$/i.exec(path)?.[0];
  if (!ending) return;
  throw new WorkflowError('InvalidArgument', {
    path,
    expected: `a folder for ${contents}`,
    found: 'the name of a file',
    hint: `Leave out ${ending}${orElse && `; or ${orElse}`}.`,
  });
}

/** @throws WorkflowError `InvalidArgument` unless these are paths for folders: of the results of a series, and of its reports. */
export function checkResultsFolder(path: string, report: string | undefined): void {
  checkFolder(
    path,
    'the results of a series, each date in a file of its own',
    'give --target, --previous and --next for one file',
  );
  checkReportsFolder(report);
}

/** @throws WorkflowError `InvalidArgument` unless this is a path for a folder of the reports of a series, or nothing. */
export function checkReportsFolder(path: string | undefined): void {
  if (path !== undefined) checkFolder(path, 'the reports of a series, a page for each date');
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
export function checkStackInput(stack: StackInput): void {
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
