import { describeValue, mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import { type Image, isInside, type Mask, type Window } from '@mtpi/polsar-priors';
import type { ReadableAcquisition, TripletSource, TripletWindow } from './acquisitions/acquisition-window';
import { namedDates, type Series } from './acquisitions/series';
import { ModelError } from './errors';
import type { MtpiNet } from './network/network';

/** @param value what was found instead, or a text that describes it. */
function refuse(subject: string, expected: string, value: unknown, hint?: string): never {
  const found = typeof value === 'string' ? value : describeValue(value);
  throw new ModelError('InvalidArgument', { subject, expected, found, hint });
}

function refuseSource(expected: string, value: unknown): never {
  const hint = 'memorySource and acquisitionSource make a source of three acquisitions.';
  refuse('despeckle', expected, value, hint);
}

function refuseWindow(expected: string, value: unknown): never {
  refuse('despeckle', expected, value);
}

/** @throws ModelError `InvalidArgument` unless a source has a size, 2 or 4 bands and a way to read. */
export function checkSource(source: TripletSource): void {
  if (typeof source?.read !== 'function')
    refuseSource('the source to be an object with width, height, bands and read()', source);
  checkScene(source);
}

/** @throws ModelError `InvalidArgument` unless a scene has a size and 2 or 4 bands. */
export function checkScene(scene: Pick<TripletSource, 'width' | 'height' | 'bands'>): void {
  checkSize(scene);
  if (scene.bands !== 2 && scene.bands !== 4) refuseSource('bands to be 2 or 4', scene.bands);
}

/** @throws ModelError `InvalidArgument` unless a scene has a width and a height. */
export function checkSize(scene: Pick<TripletSource, 'width' | 'height'>): void {
  for (const side of ['width', 'height'] as const) {
    const size = scene?.[side];
    if (!(Number.isInteger(size) && size > 0)) refuseSource(`${side} to be a positive integer`, size);
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
  refuse('read', expected, found);
}

/** @throws ModelError `InvalidArgument` unless these are three windows of one shape with their masks. */
export function checkWindows(
  { target, previous, next }: Partial<TripletWindow>,
  shape?: readonly [bands: number, rows: number, cols: number],
): void {
  const refuseDate: typeof refuseSource = shape ? refuseSource : refuseWindow;
  const [bands, rows, cols] = shape ?? target?.image?.shape ?? [];
  const expected = `[${bands}, ${rows}, ${cols}]`;
  for (const [name, date] of Object.entries({ target, previous, next })) {
    if (!date?.image?.data || !date.mask?.data) refuseDate(`${name} to be an image with its mask`, date);
    const { image, mask } = date;
    if (bands !== 2 && bands !== 4) refuseDate(`${name} to have ${BANDS}`, `${image.shape[0]} bands`);
    const found = shapeText(image.shape);
    if (found !== expected) refuseDate(`the image of ${name} to be ${expected}`, found);
    if (mask.shape.join() !== [rows, cols].join())
      refuseDate(`the mask of ${name} to be [${rows}, ${cols}]`, shapeText(mask.shape));
    if (!(image.data instanceof Float32Array))
      refuseDate(`the image of ${name} to be of float32`, image.data);
  }
}

/** Numbers of bands that images may have. */
const BANDS = '2 bands (VV, VH) or 4 (C2)';

const shapeText = (shape: readonly number[]) => `[${[...shape].join(', ')}]`;

const { signal, callback, integer, any } = optionKinds;

/** Options of a despeckler's methods. */
const OPTIONS: Record<string, OptionKind> = {
  ...{ tile: integer(1), overlap: integer(0), window: any, signal },
  ...{ onProgress: callback, onTile: callback, indices: optionKinds.listOf(integer(0)) },
};

/** @throws ModelError `InvalidArgument` for options that there are not, or of another kind. */
export function checkOptions(options: unknown): void {
  const mistake = mistakeInOptions(options, OPTIONS);
  if (mistake) throw new ModelError('InvalidArgument', `despeckle: ${mistake.message}`, mistake);
}

/** @throws ModelError `InvalidArgument` unless this is a network. `what` names the function that was called. */
export function checkNetwork(what: string, network: unknown): void {
  if (typeof (network as MtpiNet | undefined)?.namedWeights === 'function') return;
  refuse(what, 'a network', network, 'loadNetwork returns one with its transform and tile.');
}

/** The dates of what should be a series, with their names. @param what the dates are. */
function datesIn<T>(series: unknown, what: string, refuseDates: typeof refuseSource): [string, T?][] {
  const given = Object(series) as Series<T>;
  for (const side of ['earlier', 'later'] as const)
    if (!Array.isArray(given[side] ?? [])) refuseDates(`${side} to be a list of ${what}`, given[side]);
  return namedDates(given);
}

/** @throws ModelError `InvalidArgument` unless each date has an image of the shape of the target's. */
export function checkImages(series: unknown, mask: unknown): void {
  const hint = 'memorySource({ target, previous, next }) takes images of ndarray.';
  const refuseImage: typeof refuseSource = (expected, value) => refuse('memorySource', expected, value, hint);
  const dates = datesIn<Image>(series, 'images', refuseImage);
  const [bands, rows, cols] = dates[0][1]?.shape ?? [];
  for (const [name, image] of dates) {
    if (!(image?.data instanceof Float32Array) || image.shape?.length !== 3)
      refuseImage(`${name} to be an image of float32 [2 or 4, rows, cols]`, image);
    if (bands !== 2 && bands !== 4) refuseImage(`${name} to have ${BANDS}`, `${image.shape[0]} bands`);
    if (image.shape.join() !== [bands, rows, cols].join())
      refuseImage(`${name} to be [${bands}, ${rows}, ${cols}]`, shapeText(image.shape));
  }
  const shape = (mask as Mask | undefined)?.shape;
  if (mask !== undefined && shape?.join() !== [rows, cols].join())
    refuseImage(`the mask to be [${rows}, ${cols}]`, shape ? shapeText(shape) : mask);
}

/** @throws ModelError `InvalidArgument` unless each date can be read and has the size of the target. */
export function checkAcquisitions(series: unknown): void {
  const refuseDate: typeof refuseSource = (expected, value) => refuse('acquisitionSource', expected, value);
  const dates = datesIn<ReadableAcquisition>(series, 'acquisitions', refuseDate);
  const sizeOf = (date?: ReadableAcquisition) => date && `${date.width} × ${date.height}`;
  const size = sizeOf(dates[0][1]);
  for (const [name, date] of dates)
    if (typeof date?.read !== 'function' || sizeOf(date) !== size)
      refuseDate(`${name} to be ${size ?? 'an acquisition'}`, sizeOf(date) ?? 'none');
}
