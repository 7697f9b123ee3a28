import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'analyticElevation',
    'bistaticReferenceSlantRangeTime',
    'boxArea',
    'constantElevation',
    'coregisterStack',
    'demHeights',
    'findOrbit',
    'geocode',
    'isSafe',
    'nearestPolynomial',
    'openSafe',
    'parseAnnotation',
    'parseOrbitFile',
    'radarGeometry',
    'radarHeights',
    'rangePolynomialAt',
    'readArea',
    'splitComplex',
    'stateAt',
    'zeroDoppler',
  ]);
});
