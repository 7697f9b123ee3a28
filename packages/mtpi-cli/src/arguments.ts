import { InvalidArgumentError } from 'commander';

/** Parser of an integer option of at least `minimum`. */
export const integer =
  (minimum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum)
      throw new InvalidArgumentError(`Expected an integer of at least ${minimum}.`);
    return value;
  };

/** Parser of a number option between two bounds. */
export const decimal =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!(value >= minimum && value <= maximum))
      throw new InvalidArgumentError(`Expected a number from ${minimum} to ${maximum}.`);
    return value;
  };
