import type { AcquisitionWindow, TripletSource } from '@mtpi/model';
import { createImage, type Image, type Mask, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { Triplet } from './scenes/scene';

/** A triplet in memory as the source of a despeckler. `mask`: pixels valid at all dates; default all. */
export function memorySource(triplet: Triplet, mask?: Mask): TripletSource {
  const [bands, height, width] = triplet.target.shape;
  return {
    width,
    height,
    bands: bands as 2 | 4,
    read: async (window) => {
      const cut = (image: Image): AcquisitionWindow => {
        const part = createImage(bands, window.height, window.width);
        const valid = new Uint8Array(window.width * window.height).fill(1);
        const [inputs, outputs] = [planes(image), planes(part)];
        for (let r = 0; r < window.height; r++) {
          const from = (window.y + r) * width + window.x;
          inputs.forEach((input, b) =>
            outputs[b].set(input.subarray(from, from + window.width), r * window.width),
          );
          if (mask) valid.set(mask.data.subarray(from, from + window.width), r * window.width);
        }
        return { image: part, mask: ndarray(valid, [window.height, window.width]) };
      };
      return { target: cut(triplet.target), previous: cut(triplet.previous), next: cut(triplet.next) };
    },
  };
}
