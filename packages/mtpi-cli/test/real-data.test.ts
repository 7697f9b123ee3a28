import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster } from '@mtpi/sar-io/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DATA, gdal, gdalInfo, withoutData, withoutGdal } from '../../sar-io/test/support';
import { runMtpi } from './support';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NETWORK = ['--weights', 'mtpi-small', '--tile', '64'];

it.skipIf(withoutData || withoutGdal)(
  'three OPERA RTC scenes of different extents are despeckled on what they share (skipped without data or GDAL)',
  async () => {
    const burst = join(DATA, 'opera-rtc-timeseries/292319-IW2');
    const files = readdirSync(burst)
      .filter((name) => name.endsWith('_VV.tif'))
      .sort();
    // Columns 10 to 99 and rows 0 to 89 in all of them.
    const windows = [
      [0, 0, 100, 90],
      [10, 0, 90, 100],
      [5, 0, 95, 95],
    ];
    const roles = ['previous', 'target', 'next'].flatMap((role, i) => [
      `--${role}`,
      ...['VV', 'VH'].map((channel) => {
        const name = files[i].replace('_VV', `_${channel}`);
        gdal(
          'gdal_translate',
          '-q',
          '-srcwin',
          ...windows[i].map(String),
          join(burst, name),
          join(folder, name),
        );
        return name;
      }),
    ]);
    const { code, stderr } = await runMtpi(folder, ['despeckle', ...roles, ...NETWORK, '-o', 'opera.tif']);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/cropped to the 90 × 90 pixels/);
    const { size, geoTransform, coordinateSystem } = gdalInfo(join(folder, 'opera.tif'));
    const original = gdalInfo(join(burst, files[1]));
    const [x, step, , y, , down] = original.geoTransform;
    expect(size).toEqual([90, 90]);
    expect(geoTransform).toEqual([x + 10 * step, step, 0, y, 0, down]);
    expect(coordinateSystem.wkt).toBe(original.coordinateSystem.wkt);
  },
);

it.skipIf(withoutData || withoutGdal)(
  'a netCDF series of GRD is despeckled date by date where GDAL finds it (skipped without data or GDAL)',
  async () => {
    const series = join(DATA, 'grd-timeseries/cdse_sentinel1_grd.nc');
    const dates = ['--target-date', '20230415', '--dates', '3'];
    const { code, stderr } = await runMtpi(folder, ['despeckle', series, ...dates, ...NETWORK, '-o', 'grd']);
    expect(code, stderr).toBe(0);
    const results = await readdir(join(folder, 'grd'));
    expect(results.filter((name) => name.endsWith('.tif'))).toHaveLength(1);
    const path = join(folder, 'grd', results.find((name) => name.endsWith('.tif'))!);
    const source = await openRaster(`${series}#20230415`);
    await source.close();
    expect(gdalInfo(path)).toMatchObject({
      size: [source.width, source.height],
      geoTransform: source.georeference.transform,
    });
  },
);
