import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSarIoError } from '../src/index';
import { createGeoTiff, createPolsarpro, openAcquisition, openRaster } from '../src/node';
import { temporaryFolder, testImage, writeInStrips } from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [9, 11];

/** The error of opening, which has to say what to do. */
async function refusal(opening: Promise<{ close(): Promise<void> }>) {
  const error = await opening.then(
    async (opened) => {
      await opened.close();
      throw new Error('expected a refusal');
    },
    (reason: unknown) => reason,
  );
  if (!isSarIoError(error)) throw error;
  return error;
}

describe('a file of a format that is not read', () => {
  it.each([
    ['a.tif', '\x89HDF\r\n\x1a\n', /netCDF-4/, /\.nc/],
    ['b.dat', 'CDF\x01', /netCDF/, /\.nc/],
    ['c.xml', '<VRTDataset rasterXSize="3" rasterYSize="2">', /virtual raster/, /\.vrt/],
    ['d.tif', '\x89PNG\r\n\x1a\n', /PNG/, /radiometry/],
    ['e.jp2', '\0\0\0\x0cjP  \r\n', /JPEG 2000/, /gdal_translate/],
    ['f.zip', 'PK\x03\x04\x14\0', /zip/, /Unpack/],
    ['g.tar', `${'x'.repeat(257)}ustar\0`, /tar archive/, /Unpack/],
    ['h.tif', '\n<!DOCTYPE html><html>login</html>', /web page/, /login/],
    ['i.xml', '<?xml version="1.0"?><a/>', /XML/, /product folder/],
  ])('%s is named, with a way out', async (name, content, found, hint) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(content, 'latin1'));
    const error = await refusal(openRaster(path));
    expect(error).toMatchObject({ code: 'UnsupportedFormat', path });
    expect(error.message).toContain(path);
    expect(error.found).toMatch(found);
    expect(error.hint).toMatch(hint);
  });
});

describe('a folder', () => {
  const polsarpro = async (name: string, bands: string[]) => {
    const path = join(folder, name);
    await writeInStrips(
      await createPolsarpro(path, { width: COLS, height: ROWS, bands }),
      testImage(bands.length, ROWS, COLS),
    );
    return path;
  };

  it.each([
    [
      'C3',
      ['C11', 'C12_imag', 'C12_real', 'C13_imag', 'C13_real', 'C22', 'C23_imag', 'C23_real', 'C33'],
      /covariance matrix C3/,
    ],
    ['C4', ['C11', 'C22', 'C33', 'C44'], /covariance matrix C4/],
    ['T2', ['T11', 'T12_imag', 'T12_real', 'T22'], /coherency matrix T2/],
    ['T3', ['T11', 'T22', 'T33'], /coherency matrix T3/],
    ['T4', ['T11', 'T22', 'T33', 'T44'], /coherency matrix T4/],
    ['S2', ['s11', 's12', 's21', 's22'], /scattering matrix S2/],
  ])('of PolSARpro with %s is refused', async (name, bands, found) => {
    const path = await polsarpro(join('polsarpro', name), bands).catch(async () => {
      mkdirSync(join(folder, 'polsarpro'));
      return polsarpro(join('polsarpro', name), bands);
    });
    const error = await refusal(openAcquisition(path));
    expect(error.code).toBe('UnsupportedFormat');
    expect(error.found).toMatch(found);
    expect(error.hint).toMatch(/C2/);
  });

  it('around a folder T3 is refused as that', async () => {
    mkdirSync(join(folder, '20240305'));
    await polsarpro('20240305/T3', ['T11', 'T22', 'T33']);
    expect((await refusal(openAcquisition(join(folder, '20240305')))).found).toMatch(/coherency/);
  });

  it('whose config.txt contradicts a header is refused', async () => {
    const path = await polsarpro('contradiction', ['C11', 'C22', 'C12_real', 'C12_imag']);
    writeFileSync(join(path, 'config.txt'), `Nrow\n${COLS}\n---------\nNcol\n${ROWS}\n`);
    const error = await refusal(openAcquisition(path));
    expect(error).toMatchObject({ code: 'CorruptFile', path: join(path, 'C11.bin') });
    expect(error.message).toMatch(/9 × 11 pixels as in config.txt, found 11 × 9 in its header/);
  });

  it.each([
    ['pp1', ['HH', 'HV']],
    ['pp2', ['VV', 'VH']],
  ])('of PolarType %s has the channels %o', async (type, channels) => {
    const path = await polsarpro(type, ['C11', 'C22', 'C12_real', 'C12_imag']);
    const config = `Nrow\n${ROWS}\n---------\nNcol\n${COLS}\n---------\nPolarType\n${type}\n`;
    writeFileSync(join(path, 'config.txt'), config);
    const acquisition = await openAcquisition(path);
    expect(acquisition.channels).toEqual(channels);
    await acquisition.close();
  });

  it('of PolarType pp3 is refused', async () => {
    const path = await polsarpro('pp3', ['C11', 'C22', 'C12_real', 'C12_imag']);
    writeFileSync(join(path, 'config.txt'), `Nrow\n${ROWS}\nNcol\n${COLS}\nPolarType\npp3\n`);
    expect((await refusal(openAcquisition(path))).found).toMatch(/HH, VV/);
  });

  const tiffs = async (name: string, files: string[]) => {
    mkdirSync(join(folder, name));
    for (const file of files) {
      const sink = await createGeoTiff(join(folder, name, file), { width: COLS, height: ROWS, bands: ['a'] });
      await writeInStrips(sink, testImage(1, ROWS, COLS));
    }
    return join(folder, name);
  };

  it.each([
    [
      'of many dates',
      ['20240101_VV.tif', '20240101_VH.tif', '20240113_VV.tif', '20240113_VH.tif'],
      /4 rasters of 2 dates/,
      /stack/,
    ],
    [
      'of all four polarizations',
      ['a_VV.tif', 'a_VH.tif', 'a_HH.tif', 'a_HV.tif'],
      /4 rasters/,
      /explicitly/,
    ],
    ['of VV and HV', ['b_VV.tif', 'b_HV.tif'], /b_HV/, /transmitted/],
    ['of HH and VV', ['c_HH.tif', 'c_VV.tif'], /c_HH/, /one polarization pair/],
    [
      'of the bands of a C3',
      ['C11', 'C22', 'C33', 'C12_real', 'C12_imag'].map((band) => `s_${band}.tif`),
      /C3/,
      /C2/,
    ],
  ])('%s is refused', async (name, files, found, hint) => {
    const error = await refusal(openAcquisition(await tiffs(name, files)));
    expect(error.code).toBe('UnsupportedFormat');
    expect(error.found).toMatch(found);
    expect(error.hint).toMatch(hint);
  });

  it('of subfolders for dates is refused', async () => {
    mkdirSync(join(folder, 'dates/20240101'), { recursive: true });
    mkdirSync(join(folder, 'dates/20240113'));
    const error = await refusal(openAcquisition(join(folder, 'dates')));
    expect(error.found).toMatch(/2 folders of 2 dates/);
  });

  it('of a site that is named like a matrix is read', async () => {
    const bands = ['C11', 'C22', 'C12_real', 'C12_imag'];
    const acquisition = await openAcquisition(
      await tiffs(
        'site',
        bands.map((band) => `S11_${band}.tif`),
      ),
    );
    expect(acquisition.polarimetry).toBe('covariance');
    await acquisition.close();
  });
});
