import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAcquisition, openRaster } from '../src/node';
import { temporaryFolder } from './support';

const folder = temporaryFolder();

function zarr(name: string, files: Readonly<Record<string, object>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(path, file), JSON.stringify(content));
  return path;
}

const EOPF = { stac_discovery: { properties: { 'product:type': 'S01SIWGRH' } }, other_metadata: {} };

describe('a Zarr store is refused, with the way to a product that is read', () => {
  const v3 = { zarr_format: 3, node_type: 'group' };
  it.each([
    [
      'version 2 of EOPF',
      { '.zgroup': { zarr_format: 2 }, '.zattrs': EOPF },
      /found an EOPF Zarr product \(S01SIWGRH\)/,
      /SAFE/,
    ],
    [
      'version 3 of EOPF',
      { 'zarr.json': { ...v3, attributes: EOPF } },
      /found an EOPF Zarr product \(S01SIWGRH\)/,
      /SAFE/,
    ],
    [
      'S01SIWGRH_20240305T214632_0025_A299_1234_05A3.zarr',
      { '.zgroup': {} },
      /found an EOPF Zarr product$/,
      /SAFE/,
    ],
    ['a cube.zarr', { 'zarr.json': v3 }, /found a Zarr group$/, /GeoTIFF or netCDF/],
    ['an array', { '.zarray': { zarr_format: 2 } }, /found a Zarr group$/, /GeoTIFF or netCDF/],
  ])('%s', async (name, files, message, hint) => {
    const path = zarr(name, files);
    for (const opening of [openRaster(path), openAcquisition(path)])
      await expect(opening).rejects.toMatchObject({
        code: 'UnsupportedFormat',
        path,
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
  });

  it('on a server, by its name', async () => {
    const url = 'https://example.org/products/S1A_IW_GRDH_1SDV_20240305T214632.zarr';
    await expect(openRaster(url)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      message: expect.stringMatching(/found an EOPF Zarr product$/),
    });
  });
});
