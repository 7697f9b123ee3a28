import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAcquisition, openRaster } from '../src/node';
import { temporaryFolder } from './support';
import { type TestTiff, writeTestTiff } from './tiff-writer';

const folder = temporaryFolder();
const [WIDTH, HEIGHT] = [20, 15];
const PIXELS = WIDTH * HEIGHT;
const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

const vv = Array.from({ length: PIXELS }, (_, i) => 0.1 * (1 + 0.9 * Math.sin(i * i)));
const vh = vv.map((value) => value / 4);
const toDb = (value: number) => 10 * Math.log10(value);

interface SnapBand {
  name: string;
  unit?: string;
  /** Further elements. */
  more?: string;
}

function dimap(bands: readonly SnapBand[], start = '15-JAN-2024 17:08:15.500000'): string {
  const infos = bands.map(
    ({ name, unit = '', more = '' }, i) =>
      `<Spectral_Band_Info><BAND_INDEX>${i}</BAND_INDEX><BAND_NAME>${name}</BAND_NAME>
      <PHYSICAL_UNIT>${unit}</PHYSICAL_UNIT>${more}</Spectral_Band_Info>`,
  );
  return `<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="scene.dim">
    <Production><PRODUCT_SCENE_RASTER_START_TIME>${start}</PRODUCT_SCENE_RASTER_START_TIME></Production>
    <Image_Interpretation>${infos.join('')}</Image_Interpretation></Dimap_Document>`;
}

let count = 0;
const write = (tiff: Partial<TestTiff> & Pick<TestTiff, 'bands'>) =>
  writeTestTiff(join(folder, `snap${count++}.tif`), {
    ...{ width: WIDTH, height: HEIGHT, type: 'float32', bigEndian: true },
    ...tiff,
  });

async function read(path: string) {
  const acquisition = await openAcquisition(path);
  const { image, mask } = await acquisition.read(whole);
  await acquisition.close();
  const [co, cross] = [0, 1].map((b) => Array.from(image.data.subarray(b * PIXELS, (b + 1) * PIXELS)));
  return { acquisition, co, cross, valid: Array.from(mask.data) };
}

const expectClose = (values: readonly number[], expected: readonly number[]) =>
  expect(Math.max(...values.map((value, i) => Math.abs(value / expected[i] - 1)))).toBeLessThan(1e-5);

describe('what SNAP says about its GeoTIFF', () => {
  it('are polarizations and dB, in its order, and the time', async () => {
    const document = dimap([
      { name: 'Sigma0_VH_db', unit: 'intensity_db' },
      { name: 'Sigma0_VV_db', unit: 'intensity_db' },
    ]);
    const { acquisition, co, cross } = await read(
      write({ bands: [vh.map(toDb), vv.map(toDb)], dimap: document }),
    );
    expectClose(co, vv);
    expectClose(cross, vh);
    expect(acquisition).toMatchObject({ scale: 'db', acquired: new Date('2024-01-15T17:08:15.500Z') });
    expect(acquisition.warnings.map(({ code }) => code)).toEqual(['ChannelsReordered']);
  });

  it('is that values are amplitudes', async () => {
    const document = dimap(['VV', 'VH'].map((name) => ({ name: `Amplitude_${name}`, unit: 'amplitude' })));
    const { acquisition, co, cross } = await read(
      write({ bands: [vv.map(Math.sqrt), vh.map(Math.sqrt)], dimap: document }),
    );
    expectClose(co, vv);
    expectClose(cross, vh);
    expect(acquisition).toMatchObject({ scale: 'amplitude', warnings: [] });
  });

  it('are scaling and nodata; virtual bands and filters are not in the file', async () => {
    const more =
      '<SCALING_FACTOR>0.01</SCALING_FACTOR><SCALING_OFFSET>-40.0</SCALING_OFFSET><NO_DATA_VALUE_USED>true</NO_DATA_VALUE_USED><NO_DATA_VALUE>7.0</NO_DATA_VALUE>';
    const document = dimap([
      { name: 'ratio', more: '<VIRTUAL_BAND>true</VIRTUAL_BAND><EXPRESSION>VV / VH</EXPRESSION>' },
      { name: 'Gamma0_VV', unit: 'dB', more },
      { name: 'mean', more: '<Filter_Band_Info bandType="ConvolutionFilterBand"/>' },
      { name: 'Gamma0_VH', unit: 'dB', more },
    ]);
    const bands = [vv, vh].map((band) =>
      band.map((v, i) => (i === 3 ? 7 : Math.round(100 * (toDb(v) + 40)))),
    );
    const path = write({ bands, type: 'int16', dimap: document });
    const source = await openRaster(path);
    await source.close();
    expect(source.bands).toEqual(
      ['VV', 'VH'].map((name) => ({
        name: `Gamma0_${name}`,
        ...{ unit: 'dB', scale: 0.01, offset: -40, nodata: 7 },
      })),
    );
    expect((await read(path)).valid).toEqual(vv.map((_, i) => Number(i !== 3)));
  });

  it('comes after what GDAL says', async () => {
    const items = ['VV', 'VH'].map(
      (name, b) => `<Item name="DESCRIPTION" sample="${b}" role="description">${name}</Item>`,
    );
    const more = '<NO_DATA_VALUE_USED>true</NO_DATA_VALUE_USED><NO_DATA_VALUE>7.0</NO_DATA_VALUE>';
    const path = write({
      bands: [vv, vh],
      nodata: '-1',
      items: `${items.join('')}<Item name="ACQUISITION_TIME">2024-03-05T00:00:00Z</Item>`,
      dimap: dimap(['Sigma0_VH', 'Sigma0_VV'].map((name) => ({ name, unit: 'intensity', more }))),
    });
    const source = await openRaster(path);
    await source.close();
    expect(source.bands).toEqual(['VV', 'VH'].map((name) => ({ name, unit: 'intensity', nodata: -1 })));
    expect(source.acquired).toEqual(new Date('2024-03-05'));
  });

  it('of another number of bands is not taken for these', async () => {
    const source = await openRaster(write({ bands: [vv, vh], dimap: dimap([{ name: 'Sigma0_VH' }]) }));
    await source.close();
    expect(source.bands.map(({ name }) => name)).toEqual(['band1', 'band2']);
    expect(source.acquired).toEqual(new Date('2024-01-15T17:08:15.500Z'));
  });

  it('of logarithms is refused; a text of another program is passed over, a damaged one an error', async () => {
    const more = '<LOG10_SCALED>true</LOG10_SCALED>';
    const logarithms = write({ bands: [vv], dimap: dimap([{ name: 'Sigma0_VV', more }]) });
    await expect(openRaster(logarithms)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
    const other = await openRaster(write({ bands: [vv], dimap: 'made by hand' }));
    await other.close();
    expect(other.bands).toEqual([{ name: 'band1' }]);
    const damaged = write({ bands: [vv], dimap: dimap([{ name: 'VV' }]).slice(0, -9) });
    await expect(openRaster(damaged)).rejects.toMatchObject({ code: 'CorruptFile' });
  });
});
