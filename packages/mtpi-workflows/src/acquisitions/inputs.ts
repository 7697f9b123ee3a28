/** One acquisition as its files: a path or URL, or two, VV then VH. */
export type AcquisitionInput = string | readonly string[];

/** A stack: one folder or file with all its acquisitions, or these. */
export type StackInput = string | readonly AcquisitionInput[];

/** The acquisition to despeckle, the one before it and the one after. */
export interface TripletInput {
  target: AcquisitionInput;
  previous: AcquisitionInput;
  next: AcquisitionInput;
}

/** The acquisition to despeckle, and others before and after it, the nearest first. */
export interface SeriesInput {
  target: AcquisitionInput;
  before: readonly AcquisitionInput[];
  after: readonly AcquisitionInput[];
}

/** A triplet as a series with one date on each side. */
export const seriesOf = ({ target, previous, next }: TripletInput): SeriesInput => ({
  target,
  before: [previous],
  after: [next],
});

export const pathsOf = (input: AcquisitionInput): string[] => [input].flat() as string[];

/** All paths of a stack. */
export const pathsOfStack = (stack: StackInput): string[] =>
  typeof stack === 'string' ? [stack] : stack.flatMap(pathsOf);

/** All paths of a triplet: target, previous, next. */
export const pathsOfTriplet = ({ target, previous, next }: TripletInput): string[] =>
  [target, previous, next].flatMap(pathsOf);
