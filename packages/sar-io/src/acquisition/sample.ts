import type { Window } from '@mtpi/polsar-priors';
import type { MaskedImage } from '../raster/raster';

/** Edge of a window, and rows of a strip, in pixels. */
const EDGE = 64;
const STEPS = [0, 0.5, 1];
/** Pixels with data that suffice. */
const ENOUGH = 2000;

/**
 * Parts of a raster from which its values can be judged: nine small windows spread over it. Where these hold little data,
 * as in a scene that is empty but for a corner, full-width strips follow, first far apart and then between, until there is
 * enough or all has been read.
 *
 * @param countData pixels of a part that hold data.
 */
export async function sampleRaster(
  { width, height }: { width: number; height: number },
  read: (window: Window) => Promise<MaskedImage>,
  countData: (part: MaskedImage) => number,
): Promise<MaskedImage[]> {
  const parts: MaskedImage[] = [];
  let found = 0;
  const sample = async (window: Window) => {
    const part = await read(window);
    const count = countData(part);
    if (count > 0 || parts.length < STEPS.length ** 2) parts.push(part);
    found += count;
  };
  const size = { width: Math.min(EDGE, width), height: Math.min(EDGE, height) };
  for (const v of STEPS) {
    for (const u of STEPS) {
      const [x, y] = [Math.floor(u * (width - size.width)), Math.floor(v * (height - size.height))];
      await sample({ x, y, ...size });
    }
  }
  const strips = Math.ceil(height / EDGE);
  const seen = new Set<number>();
  for (let step = 2 ** Math.ceil(Math.log2(strips)); step >= 1; step /= 2) {
    for (let strip = 0; strip < strips; strip += step) {
      if (found >= ENOUGH) return parts;
      if (seen.has(strip)) continue;
      seen.add(strip);
      const y = strip * EDGE;
      await sample({ x: 0, y, width, height: Math.min(EDGE, height - y) });
    }
  }
  return parts;
}

export const countValid = ({ mask }: MaskedImage) => mask.data.reduce((sum, valid) => sum + valid, 0);

/** Valid values of one band of all parts. */
export function valuesOf(parts: readonly MaskedImage[], band: number): number[] {
  const values: number[] = [];
  for (const { image, mask } of parts) {
    const pixels = mask.data.length;
    for (let i = 0; i < pixels; i++) if (mask.data[i]) values.push(image.data[band * pixels + i]);
  }
  return values;
}

/** Share of the valid pixels of all parts for which a test of their values holds; 0 of nothing. */
export function shareOf(
  parts: readonly MaskedImage[],
  test: (bands: readonly Float32Array[], pixel: number, part: MaskedImage) => boolean,
): number {
  let [valid, hits] = [0, 0];
  for (const part of parts) {
    const { image, mask } = part;
    const pixels = mask.data.length;
    const bands = Array.from({ length: image.shape[0] }, (_, b) =>
      image.data.subarray(b * pixels, (b + 1) * pixels),
    );
    for (let i = 0; i < pixels; i++) {
      if (!mask.data[i]) continue;
      valid++;
      if (test(bands, i, part)) hits++;
    }
  }
  return valid === 0 ? 0 : hits / valid;
}

/** As in "12 % of the pixels". */
export const percent = (share: number) =>
  share < 0.001 ? 'less than 0.1 %' : `${Number((100 * share).toPrecision(2))} %`;

/** The values below which these shares of them lie; NaN of nothing. */
export function quantiles(values: readonly number[], shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map(
    (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN,
  );
}
