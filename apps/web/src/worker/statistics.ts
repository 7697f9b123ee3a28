import { enl, type MaskedImage, planes, type Window } from '@mtpi/polsar-priors';

/** Of one channel in a box. */
export interface BoxStatistics {
  /** Mean backscatter in dB. */
  mean: number;
  enl: number;
}

/** Co- and cross-polarized channel of a box; undefined where it has no valid pixels. */
export function boxStatistics({ image, mask }: MaskedImage, box: Window): BoxStatistics[] | undefined {
  const cols = image.shape[2];
  const values: number[][] = [[], []];
  const [co, cross] = planes(image);
  for (let y = box.y; y < box.y + box.height; y++)
    for (let i = y * cols + box.x; i < y * cols + box.x + box.width; i++) {
      if (!mask.data[i]) continue;
      values[0].push(co[i]);
      values[1].push(cross[i]);
    }
  if (values[0].length < 2) return undefined;
  return values.map((powers) => ({
    mean: decibel(powers.reduce((sum, power) => sum + power, 0) / powers.length),
    enl: enl(powers),
  }));
}

export interface Point {
  x: number;
  y: number;
}

/** Backscatter in dB along a line, a value for each pixel of its length; NaN where it is invalid. */
export function profile({ image, mask }: MaskedImage, [from, to]: readonly [Point, Point]): Float32Array[] {
  const [, rows, cols] = image.shape;
  const length = Math.max(2, Math.round(Math.hypot(to.x - from.x, to.y - from.y)) + 1);
  return planes(image)
    .slice(0, 2)
    .map((plane) =>
      Float32Array.from({ length }, (_, k) => {
        const share = k / (length - 1);
        const x = Math.min(cols - 1, Math.floor(from.x + share * (to.x - from.x)));
        const y = Math.min(rows - 1, Math.floor(from.y + share * (to.y - from.y)));
        const i = y * cols + x;
        return mask.data[i] ? decibel(plane[i]) : Number.NaN;
      }),
    );
}

const decibel = (power: number) => 10 * Math.log10(power);
