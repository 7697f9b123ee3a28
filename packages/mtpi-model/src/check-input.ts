import type { AcquisitionWindow, TripletSource, TripletWindow } from './acquisition-window';
import { ModelError } from './errors';

const DATES = ['target', 'previous', 'next'] as const;

/** Describes a value for a message. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object'
    ? `an object with ${Object.keys(value).join(', ') || 'nothing'}`
    : `${value}`;
}

function refuse(what: string, expected: string, value: unknown): never {
  const found = kindOf(value);
  throw new ModelError('InvalidArgument', `despeckle: expected ${what} to be ${expected}, found ${found}`, {
    expected,
    found,
    hint: 'memorySource and acquisitionSource make a source of three acquisitions.',
  });
}

/** @throws ModelError `InvalidArgument` unless a source has a size, 2 or 4 bands and a way to read. */
export function checkSource(source: TripletSource): void {
  if (typeof source?.read !== 'function')
    refuse('the source', 'an object with width, height, bands and read()', source);
  for (const side of ['width', 'height'] as const)
    if (!(Number.isInteger(source[side]) && source[side] > 0))
      refuse(side, 'a positive integer', source[side]);
  if (source.bands !== 2 && source.bands !== 4) refuse('bands', '2 or 4', source.bands);
}

/** @throws ModelError `InvalidArgument` unless these are three windows of one shape with their masks. */
export function checkWindows(
  { target, previous, next }: Partial<TripletWindow>,
  shape?: readonly [bands: number, rows: number, cols: number],
): void {
  const [bands, rows, cols] = shape ?? target?.image?.shape ?? [];
  for (const [i, date] of [target, previous, next].entries()) {
    const name = DATES[i];
    if (!date?.image?.data || !date.mask?.data) refuse(name, 'an image with its mask', date);
    const { image, mask } = date as AcquisitionWindow;
    const expected = `[${bands}, ${rows}, ${cols}]`;
    if (`[${image.shape.join(', ')}]` !== expected || (bands !== 2 && bands !== 4))
      refuse(`the image of ${name}`, `${expected} with 2 or 4 bands`, `[${image.shape.join(', ')}]`);
    if (mask.shape.join() !== [rows, cols].join())
      refuse(`the mask of ${name}`, `[${rows}, ${cols}]`, `[${mask.shape.join(', ')}]`);
    if (!(image.data instanceof Float32Array)) refuse(`the image of ${name}`, 'of float32', image.data);
  }
}
