import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'COHERENCY_BANDS',
    'COVARIANCE_BANDS',
    'PolsarError',
    'Random',
    'bandLimit',
    'boxcar',
    'coherency',
    'covariance',
    'createImage',
    'decompose',
    'enl',
    'haAlpha',
    'homogeneousWindows',
    'impulseResponse',
    'isPolsarError',
    'lee',
    'logCumulantEnl',
    'multilook',
    'planes',
    'refinedLee',
    'sceneOf',
    'sentinel1Swaths',
    'simulateScene',
    'simulateSpeckle',
    'simulateTriplet',
    'validCovariance',
  ]);
});
