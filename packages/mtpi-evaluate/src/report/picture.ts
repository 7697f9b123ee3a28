import { type Image, planes, type Window } from '@mtpi/polsar-priors';
import { encodePng } from '@mtpi/sar-io';
import ndarray from 'ndarray';

/** From black to white. */
interface Range {
  min: number;
  max: number;
}

/** Brightnesses told apart; more would make the noise of pictures large files. */
const LEVELS = 48;

/** Levels 0…1 of one, three (RGB) or four (RGBA) channels as a PNG in a data URL. */
export function pngUrl(channels: readonly Float32Array[], rows: number, cols: number): string {
  const bands = channels.length;
  const data = new Uint8Array(bands * rows * cols);
  channels.forEach((channel, b) => {
    const levels = channel.map((level) => Math.round(LEVELS * Math.min(1, Math.max(0, level))));
    data.set(
      levels.map((level) => (level * 255) / LEVELS),
      b * rows * cols,
    );
  });
  const png = Buffer.from(encodePng(ndarray(data, [bands, rows, cols])));
  return `data:image/png;base64,${png.toString('base64')}`;
}

const decibel = (power: number): number => 10 * Math.log10(Math.max(power, 1e-9));

const stretch = (values: Float32Array, { min, max }: Range): Float32Array =>
  values.map((value) => (value - min) / (max - min));

/** The 2nd and the 98th percentile. */
function percentiles(values: Float32Array): Range {
  const sorted = Float32Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { min: at(0.02), max: at(0.98) };
}

/** VV, VH and VV/VH in dB, the channels of a colour composite. */
function composite(image: Image): [Float32Array, Float32Array, Float32Array] {
  const [vv, vh] = planes(image).map((plane) => plane.map(decibel));
  return [vv, vh, vv.map((value, i) => value - vh[i])];
}

/** Makes pictures of results of one scene, all with the brightness that suits `like`. */
export class QuicklookRenderer {
  private readonly ranges: Range[];

  constructor(like: Image) {
    this.ranges = composite(like).map(percentiles);
  }

  /** VV in dB, grey. */
  grey(image: Image): string {
    const [, rows, cols] = image.shape;
    return pngUrl([stretch(composite(image)[0], this.ranges[0])], rows, cols);
  }

  /** Red VV, green VH, blue VV/VH. */
  color(image: Image): string {
    const [, rows, cols] = image.shape;
    return pngUrl(
      composite(image).map((channel, i) => stretch(channel, this.ranges[i])),
      rows,
      cols,
    );
  }
}

/** Input / result of VV, black at 0, white at mean and three deviations of speckle: without structure where all is well. */
export function ratioPicture(input: Image, result: Image, looks: number): string {
  const [, rows, cols] = input.shape;
  const [[before], [after]] = [planes(input), planes(result)];
  const ratio = before.map((value, i) => value / after[i]);
  return pngUrl([stretch(ratio, { min: 0, max: 1 + 3 / Math.sqrt(looks) })], rows, cols);
}

/** A part of an image. */
export function crop(image: Image, { x, y, width, height }: Window): Image {
  return image.lo(0, y, x).hi(image.shape[0], height, width);
}

/** The window, of those that tile the image, with the most structure in VV: the largest variance of its logarithm. */
export function mostTexturedWindow(image: Image, size: number): Window {
  const [, rows, cols] = image.shape;
  let most = -1;
  let found: Window = { x: 0, y: 0, width: Math.min(size, cols), height: Math.min(size, rows) };
  for (let y = 0; y + size <= rows; y += size / 2) {
    for (let x = 0; x + size <= cols; x += size / 2) {
      const window = { x, y, width: size, height: size };
      const [values] = composite(crop(image, window));
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      if (variance <= most) continue;
      most = variance;
      found = window;
    }
  }
  return found;
}
