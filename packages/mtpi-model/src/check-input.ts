import { describeValue, mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import { isInside, type Window } from '@mtpi/polsar-priors';
import type { AcquisitionWindow, TripletSource, TripletWindow } from './acquisitions/acquisition-window';
import { ModelError } from './errors';
import type { MtpiNet } from './network/network';

const DATES = ['target', 'previous', 'next'] as const;

function refuse(what: string, expected: string, value: unknown): never {
  const found = typeof value === 'string' ? value : describeValue(value);
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
  checkScene(source);
}

/** @throws ModelError `InvalidArgument` unless a scene has a size and 2 or 4 bands. */
export function checkScene(scene: Pick<TripletSource, 'width' | 'height' | 'bands'>): void {
  checkSize(scene);
  if (scene.bands !== 2 && scene.bands !== 4) refuse('bands', '2 or 4', scene.bands);
}

/** @throws ModelError `InvalidArgument` unless a scene has a width and a height. */
export function checkSize(scene: Pick<TripletSource, 'width' | 'height'>): void {
  for (const side of ['width', 'height'] as const) {
    const size = scene?.[side];
    if (!(Number.isInteger(size) && size > 0)) refuse(side, 'a positive integer', size);
  }
}

/** @throws ModelError `InvalidArgument` unless this is a window of whole pixels inside a scene. */
export function checkWindow(window: Window, scene: Pick<TripletSource, 'width' | 'height'>): void {
  if (isInside(window, scene)) return;
  const isWindow = optionKinds.record.accepts(window);
  const { x, y, width, height } = Object(window) as Window;
  const expected = isWindow
    ? `a window inside ${scene.width} × ${scene.height} pixels`
    : 'a window { x, y, width, height }';
  const found = isWindow ? `${width} × ${height} at (${x}, ${y})` : describeValue(window);
  throw new ModelError('InvalidArgument', `read: expected ${expected}, found ${found}`, { expected, found });
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

const { signal, callback, integer, any } = optionKinds;

/** Options of a despeckler's methods. */
const OPTIONS: Record<string, OptionKind> = {
  ...{ tile: integer(1), overlap: integer(0), window: any, signal },
  ...{ onProgress: callback, onTile: callback, tileRows: optionKinds.listOf(integer(0)) },
};

/** @throws ModelError `InvalidArgument` for options that there are not, or of another kind. */
export function checkOptions(options: unknown): void {
  const mistake = mistakeInOptions(options, OPTIONS);
  if (mistake) throw new ModelError('InvalidArgument', `despeckle: ${mistake.message}`, mistake);
}

/** @throws ModelError `InvalidArgument` unless this is a network. `what` names the function that was called. */
export function checkNetwork(what: string, network: unknown): void {
  if (typeof (network as MtpiNet | undefined)?.namedWeights === 'function') return;
  const found = describeValue(network);
  throw new ModelError('InvalidArgument', `${what}: expected a network, found ${found}`, {
    ...{ expected: 'a network', found },
    hint: 'loadNetwork returns one with its transform and tile.',
  });
}

/** @throws ModelError `InvalidArgument` unless each date has an image of the shape of the target's. */
export function checkImages(dates: unknown, mask: unknown): void {
  const given = (dates ?? {}) as Partial<Record<string, AcquisitionWindow['image']>>;
  const refuseDate = (name: string, expected: string, value: unknown): never => {
    const found = typeof value === 'string' ? value : describeValue(value);
    throw new ModelError(
      'InvalidArgument',
      `memorySource: expected ${name} to be ${expected}, found ${found}`,
      {
        ...{ expected, found },
        hint: 'memorySource({ target, previous, next }) takes images of ndarray.',
      },
    );
  };
  const further = ['earlier', 'later'].flatMap((side) => {
    const images: unknown = given[side] ?? [];
    if (!Array.isArray(images)) refuseDate(side, 'a list of images', images);
    return (images as AcquisitionWindow['image'][]).map((image, i) => [`${side}[${i}]`, image] as const);
  });
  const [bands, rows, cols] = given.target?.shape ?? [];
  for (const [name, image] of [...DATES.map((date) => [date, given[date]] as const), ...further]) {
    if (!(image?.data instanceof Float32Array) || image.shape?.length !== 3)
      refuseDate(name, 'an image of float32 [2 or 4, rows, cols]', image);
    const found = (image as AcquisitionWindow['image']).shape;
    if ((bands !== 2 && bands !== 4) || found.join() !== [bands, rows, cols].join())
      refuseDate(name, `an image [${bands}, ${rows}, ${cols}] of 2 or 4 bands`, `[${[...found].join(', ')}]`);
  }
  const shape = (mask as AcquisitionWindow['mask'] | undefined)?.shape;
  if (mask !== undefined && shape?.join() !== [rows, cols].join())
    refuseDate('the mask', `[${rows}, ${cols}]`, shape ? `[${[...shape].join(', ')}]` : mask);
}

/** @throws ModelError `InvalidArgument` unless there are readers of a target and of dates before and after it. */
export function checkSeries(series: unknown): void {
  const { target, before, after } = (series ?? {}) as Record<string, unknown>;
  const isReaders = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((read) => typeof read === 'function');
  const refuseReader = (name: string, expected: string, value: unknown): never => {
    const found = describeValue(value);
    const message = `tripletOfSeries: expected ${name} to be ${expected}, found ${found}`;
    throw new ModelError('InvalidArgument', message, { expected, found });
  };
  if (typeof target !== 'function') refuseReader('target', 'a function that reads a window', target);
  for (const [name, readers] of Object.entries({ before, after }))
    if (!isReaders(readers)) refuseReader(name, 'one or more functions that read a window', readers);
}
