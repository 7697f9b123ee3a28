import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BACKSCATTER_CONVENTIONS',
    'OffsetEstimator',
    'analyticElevation',
    'bistaticReferenceSlantRangeTime',
    'constantElevation',
    'coregisterStack',
    'demElevation',
    'findOrbit',
    'geocode',
    'grdBackscatter',
    'grdGeometry',
    'groundRangeAt',
    'isSafe',
    'isSignificant',
    'noisePower',
    'openGrd',
    'openSafe',
    'openSlc',
    'radarElevation',
    'radarGeometry',
    'rangePolynomialAt',
    'readArea',
    'stateAt',
    'zeroDoppler',
  ]);
});
