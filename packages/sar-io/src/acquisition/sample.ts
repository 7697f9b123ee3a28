import { planes, type Window } from '@mtpi/polsar-priors';
import type { MaskedImage } from '../raster';

const EDGE = 64;
const STEPS = [0, 0.5, 1];

/** Valid values of each band, from nine small windows spread over a raster. */
export async function sampleBands(
  { width, height }: { width: number; height: number },
  read: (window: Window) => Promise<MaskedImage>,
): Promise<number[][]> {
  const size = { width: Math.min(EDGE, width), height: Math.min(EDGE, height) };
  const result: number[][] = [];
  for (const v of STEPS) {
    for (const u of STEPS) {
      const [x, y] = [Math.floor(u * (width - size.width)), Math.floor(v * (height - size.height))];
      const { image, mask } = await read({ x, y, ...size });
      planes(image).forEach((plane, b) => {
        result[b] ??= [];
        plane.forEach((value, i) => mask.data[i] && result[b].push(value));
      });
    }
  }
  return result;
}
