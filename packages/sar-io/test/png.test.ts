import { join } from 'node:path';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { decibelRange, toDecibelImage } from '../src/index';
import { writePng } from '../src/node';
import { gdalInfo, gdalRead, temporaryFolder, withoutGdal } from './support';

const folder = temporaryFolder();

it.skipIf(withoutGdal).each([
  [1, ['Gray']],
  [2, ['Gray', 'Alpha']],
  [3, ['Red', 'Green', 'Blue']],
  [4, ['Red', 'Green', 'Blue', 'Alpha']],
])('a PNG of %i bands, as GDAL reads it (skipped without GDAL)', async (bands, colors) => {
  const path = join(folder, 'a.png');
  const data = Uint8Array.from({ length: bands * 6 * 5 }, (_, i) => (i * 7) % 256);
  await writePng(path, ndarray(data, [bands, 6, 5]));
  expect(gdalRead(path, folder)).toEqual(Float32Array.from(data));
  const info = gdalInfo(path);
  expect(
    info.bands.map(({ colorInterpretation }: { colorInterpretation: string }) => colorInterpretation),
  ).toEqual(colors);
});

it('refuses other shapes', async () => {
  const image = ndarray(new Uint8Array(45), [5, 3, 3]);
  await expect(writePng(join(folder, 'b.png'), image)).rejects.toMatchObject({ code: 'InvalidArgument' });
});

describe('stretch in dB', () => {
  // Powers of -50, -49.9, …, 50 dB: percentiles are known.
  const powers = Float32Array.from({ length: 1001 }, (_, i) => 10 ** ((i / 10 - 50) / 10));
  const band = ndarray(powers, [7, 143]);

  it('from the 2nd to the 98th percentile of valid powers', () => {
    const { min, max } = decibelRange(band);
    expect(min).toBeCloseTo(-48, 4);
    expect(max).toBeCloseTo(48, 4);
    const mask = ndarray(
      Uint8Array.from(powers, (power) => Number(power >= 0.9999)),
      [7, 143],
    );
    expect(decibelRange(band, mask).min).toBeCloseTo(1, 4);
    expect(decibelRange(ndarray(new Float32Array(4), [2, 2]))).toEqual({ min: -30, max: 0 });
  });

  it('is linear in dB between its ends', () => {
    const image = toDecibelImage(band, undefined, { min: -25.5, max: 0 });
    expect(image.shape).toEqual([2, 7, 143]);
    const gray = Array.from(image.data.subarray(0, 1001));
    expect([gray[0], gray[245], gray[255], gray[345], gray[500], gray[1000]]).toEqual([
      0, 0, 10, 100, 255, 255,
    ]);
  });

  it('makes invalid pixels transparent, and powers of 0 black', () => {
    const pixels = ndarray(Float32Array.of(Number.NaN, 0, 1, 1), [2, 2]);
    const mask = ndarray(Uint8Array.of(1, 1, 1, 0), [2, 2]);
    const { data } = toDecibelImage(pixels, mask, { min: -10, max: 0 });
    expect(Array.from(data)).toEqual([0, 0, 255, 0, 0, 255, 255, 0]);
  });

  it('looks at a band of a larger image', () => {
    const image = ndarray(
      Float32Array.from({ length: 12 }, (_, i) => 10 ** i),
      [3, 2, 2],
    );
    const { data } = toDecibelImage(image.pick(1), undefined, { min: 40, max: 91 });
    expect(Array.from(data)).toEqual([0, 50, 100, 150, 255, 255, 255, 255]);
  });
});
