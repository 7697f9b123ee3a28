import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'SarIoError',
    'acquisitionDate',
    'assertSameGrid',
    'createGeoTiff',
    'createNpy',
    'createPolsarpro',
    'crsOf',
    'decibelRange',
    'isSarIoError',
    'openAcquisition',
    'openGeoTiff',
    'openPolsarpro',
    'openRaster',
    'polarizationOf',
    'readNpy',
    'toDecibelImage',
    'writePng',
  ]);
});
