import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATA, temporaryFolder } from '../../sar-io/test/support';
import { deburst, stackGrid } from '../src/coregister/stack-grid';
import { zeroDoppler } from '../src/geocoding/orbit';
import { openSlc } from '../src/index';
import { writeMiniSafe } from './mini-safe/mini-safe';
import { unpackSafe } from './safe-support';

const ARCHIVE = join(DATA, 'grd-products/xarray-sentinel/S1A_EW_SLC_1SDH_20210403.SAFE.tar.xz');

describe.skipIf(!existsSync(ARCHIVE))('the annotation of a real EW product', () => {
  it('has bursts on whole lines, which its orbit sees where the geolocation grid says', async () => {
    const product = await openSlc(unpackSafe(ARCHIVE, temporaryFolder())[0]);
    expect(product).toMatchObject({ mode: 'EW', polarizations: ['HH', 'HV'], swaths: ['EW1'] });
    const annotation = await product.annotation('EW1', 'HH');
    expect(annotation.swath).toBe('EW1');
    const { bursts, grid, linesPerBurst, azimuthTimeInterval, slantRangeTime, rangeSamplingRate } =
      annotation;
    expect([bursts.length, linesPerBurst, grid.length]).toEqual([17, 1168, 18 * 21]);
    for (let b = 1; b < bursts.length; b++) {
      const step = (bursts[b].time - bursts[b - 1].time) / azimuthTimeInterval;
      expect(Math.abs(step - Math.round(step))).toBeLessThan(1e-2);
      expect(step).toBeLessThan(linesPerBurst);
    }
    expect(bursts.every(({ id }) => id === undefined)).toBe(true);
    const { burstSeams, rows } = deburst(annotation, 0, 16);
    expect(burstSeams.length).toBe(16);
    expect(rows).toBe(Math.round((bursts[16].time - bursts[0].time) / azimuthTimeInterval) + linesPerBurst);
    const toRadar = zeroDoppler(annotation.orbit);
    for (const { longitude, latitude, height, time, slantRangeTime: delay, sample } of grid) {
      const radar = toRadar(longitude, latitude, height);
      expect(Math.abs(radar.time - time) / azimuthTimeInterval).toBeLessThan(0.01);
      expect(Math.abs(radar.slantRangeTime - delay) * rangeSamplingRate).toBeLessThan(0.01);
      expect(Math.abs((delay - slantRangeTime) * rangeSamplingRate - sample)).toBeLessThan(0.01);
    }
    await product.close();
  });
});

it('refuses to merge swaths that are sampled differently', async () => {
  const { products } = await writeMiniSafe(temporaryFolder(), {
    dates: [{ origin: '2024-03-05T21:46:32' }],
    samples: 64,
    mode: 'EW',
  });
  const product = await openSlc(products[0].path);
  const near = await product.annotation('EW1', 'VV');
  await product.close();
  const far = { ...near, swath: 'EW2', rangeSamplingRate: near.rangeSamplingRate * 1.25 };
  const swaths = [near, far].map((annotation) => ({ annotation, grid: deburst(annotation, 0, 2) }));
  expect(() => stackGrid(swaths)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        /expected 64345238.* Hz in range .* as EW1, found 80431547.* Hz in range/,
      ),
      hint: 'process these swaths one by one',
    }),
  );
});
