import { type Image, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { Despeckler, logTransform, MtpiNet, memorySource } from '../src';
import { physicalPixels } from '../src/acquisitions/physical-pixels';
import { landscape } from './landscape';

const imageOf = (...bands: number[][]): Image =>
  ndarray(Float32Array.from(bands.flat()), [bands.length, 1, bands[0].length]);
const windowOf = (image: Image) => ({
  image,
  mask: ndarray(new Uint8Array(image.shape[2]).fill(1), [1, image.shape[2]]),
});

it('C12 is limited to √(C11·C22), its phase kept, and powers are not changed', () => {
  const { image, mask } = physicalPixels(
    windowOf(imageOf([4, 1, 4], [1, 1, 1], [120, 0.5, 2], [-160, 0, NaN])),
  );
  const [c11, c22, re, im] = planes(image);
  expect([...mask.data]).toEqual([1, 1, 0]);
  expect([...c11, ...c22]).toEqual([4, 1, 0, 1, 1, 0]);
  expect(re[0]).toBeCloseTo(1.2, 5);
  expect(im[0]).toBeCloseTo(-1.6, 5);
  expect([re[1], im[1]]).toEqual([0.5, 0]);
});

it('what rounding explains, intensities alone, and valid pixels stay as they are', () => {
  const c12 = Math.fround(Math.sqrt(0.3)) * (1 + 2 ** -23);
  for (const image of [imageOf([1], [0.3], [c12], [0]), imageOf([1, 2], [0.3, 1])])
    expect(physicalPixels(windowOf(image)).image).toBe(image);
});

it('an impossible covariance of a date in memory does not change powers', async () => {
  const size = 32;
  const network = new MtpiNet({ architecture: 'progressive', baseChannels: 8, ddcrUnits: 1, seed: 1 });
  const despeckler = new Despeckler(network, logTransform, size);
  const { target, previous, next } = landscape(size, size, 3);
  const pixel = 2 * size + 16; // in the first rows
  const despeckled = async (coherence: number) => {
    const [c11, c22, re, im] = planes(target);
    re[pixel] = coherence * Math.sqrt(c11[pixel] * c22[pixel]);
    im[pixel] = 0;
    const { value } = await despeckler.despeckle(memorySource({ target, previous, next })).next();
    return [...planes(value!.image).slice(0, 2)].map((plane) => plane[pixel]);
  };
  const [full, impossible] = [await despeckled(1), await despeckled(100)];
  for (const b of [0, 1]) expect(Math.abs(impossible[b] / full[b] - 1)).toBeLessThan(1e-3);
  await despeckler.dispose();
});
