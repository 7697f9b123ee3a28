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
