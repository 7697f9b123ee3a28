/** A target and other dates of its site on one grid. */
export interface Series<T> {
  target: T;
  previous: T;
  next: T;
  /** Further dates before the previous one, the nearest first. Default none. */
  earlier?: readonly T[];
  /** Further dates after the next one, the nearest first. Default none. */
  later?: readonly T[];
}

/** The dates of a series with their names. */
export const namedDates = <T>({ target, previous, next, earlier, later }: Series<T>): [string, T][] => [
  ...Object.entries({ target, previous, next }),
  ...(earlier ?? []).map((date, i): [string, T] => [`earlier[${i}]`, date]),
  ...(later ?? []).map((date, i): [string, T] => [`later[${i}]`, date]),
];
