import { type Command, InvalidArgumentError, Option } from 'commander';

/** Parser of an integer option of at least `minimum`. */
export const integer =
  (minimum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum)
      throw new InvalidArgumentError(`Expected an integer of at least ${minimum}.`);
    return value;
  };

/** Parser of a positive number. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw new InvalidArgumentError('Expected a positive number.');
  return value;
}

/** Makes the former name of an option an error that names the present one. */
export function renamed(command: Command, former: string, present: string): Command {
  const option = new Option(former).hideHelp();
  return command.addOption(option).on(`option:${option.name()}`, () => {
    throw new InvalidArgumentError(`${option.long} is now ${present}`);
  });
}

/** Adds the options of what is written beside a result, and of its warnings. */
export const resultOptions = (command: Command): Command =>
  command
    .option('--quicklook', 'also write a color quicklook of bytes (COG) for web maps')
    .option('--stac', 'also write a STAC Item')
    .option('--strict', 'treat warnings as errors');

/** Parser of x,y,width,height in pixels. */
export function pixelWindow(text: string): { x: number; y: number; width: number; height: number } {
  const numbers = text.split(',').map(Number);
  const [x, y, width, height] = numbers;
  if (numbers.length !== 4 || !numbers.every(Number.isInteger) || x < 0 || y < 0 || width < 1 || height < 1)
    throw new InvalidArgumentError('Expected x,y,width,height in pixels, such as 0,0,512,512.');
  return { x, y, width, height };
}

/** Parser of min,max. */
export function range(text: string): { min: number; max: number } {
  const [min, max, ...rest] = text.split(',').map(Number);
  if (rest.length > 0 || !(min < max)) throw new InvalidArgumentError('Expected min,max, such as -25,0.');
  return { min, max };
}

/** Parser of words separated by commas. */
export const list = (text: string): string[] => text.split(',').map((word) => word.trim());

/** Parser of a multilooking factor such as 4x1. */
export function looks(text: string): { range: number; azimuth: number } {
  const match = /^(\d+)x(\d+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected range x azimuth looks such as 4x1.');
  return { range: Number(match[1]), azimuth: Number(match[2]) };
}
