import { createImage, type Image, planes, type Window } from '@mtpi/polsar-priors';
import type { Blocks } from './blocks';
import type { Samples } from './samples';

/** The stored numbers of some samples of each pixel: [samples · components, rows, cols]. */
export async function readSamples(
  blocks: Blocks,
  window: Window,
  samples: readonly number[],
  signal?: AbortSignal,
): Promise<Image> {
  const { separate, numbersPerPixel, type } = blocks;
  const { components } = type;
  const image = createImage(samples.length * components, window.height, window.width);
  const targets = planes(image);
  await blocks.visit(
    window,
    separate ? [...new Set(samples)] : [0],
    (numbers, blockSample, block) => {
      const [top, bottom] = overlap(window.y, window.height, block.y, block.height);
      const [left, right] = overlap(window.x, window.width, block.x, block.width);
      for (let y = top; y < bottom; y++) {
        const from = ((y - block.y) * block.width + left - block.x) * numbersPerPixel;
        const to = (y - window.y) * window.width + left - window.x;
        for (const [s, sample] of samples.entries()) {
          if (separate && sample !== blockSample) continue;
          for (let c = 0; c < components; c++) {
            const first = from + (separate ? 0 : sample * components) + c;
            const row = targets[s * components + c].subarray(to, to + right - left);
            pick(numbers, first, numbersPerPixel, row);
          }
        }
      }
    },
    signal,
  );
  return image;
}

/** From where to where two stretches overlap. */
const overlap = (a: number, aLength: number, b: number, bLength: number) =>
  [Math.max(a, b), Math.min(a + aLength, b + bLength)] as const;

/** Every so many numbers, from the first one on. */
function pick(numbers: Samples, first: number, step: number, target: Float32Array): void {
  for (let i = 0, from = first; i < target.length; i++, from += step) target[i] = numbers[from];
}
