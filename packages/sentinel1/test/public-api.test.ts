import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BACKSCATTER_CONVENTIONS',
    'OffsetEstimator',
    'STACK_FILE',
    'TERRAIN_LAYERS',
    'analyticElevation',
    'areaLines',
    'bistaticReferenceSlantRangeTime',
    'constantElevation',
    'coregisterStack',
    'demElevation',
    'densifyLine',
    'findOrbit',
    'grdBackscatter',
    'grdGeometry',
    'groundRangeAt',
    'isSafe',
    'isSignificant',
    'noisePower',
    'openDem',
    'openGrd',
    'openSafe',
    'openSlc',
    'radarElevation',
    'radarGeometry',
    'rangePolynomialAt',
    'readArea',
    'stateAt',
    'terrainCorrect',
    'terrainCorrectStack',
    'terrainLayers',
    'zeroDoppler',
  ]);
});
