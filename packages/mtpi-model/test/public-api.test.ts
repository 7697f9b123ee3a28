import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'CHANNELS',
    'Despeckler',
    'ModelError',
    'MtpiNet',
    'PRESETS',
    'SHIPPED_WEIGHTS',
    'acquisitionSource',
    'blendTileRows',
    'decode',
    'decodeLayersModel',
    'decodeNetwork',
    'decodeTorchTraining',
    'decodeWeights',
    'despecklerOf',
    'encode',
    'encodeLayersModel',
    'encodeSafetensors',
    'encodeTorchCheckpoint',
    'encodeWeights',
    'exportOnnx',
    'isModelError',
    'loadDespeckler',
    'loadNetwork',
    'loadState',
    'logTransform',
    'memorySource',
    'parseSafetensors',
    'predictBatch',
    'readState',
    'toLayersModel',
    'toVariableLayout',
    'tripletOfSeries',
  ]);
});
