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
    'blendTileRows',
    'decode',
    'decodeLayersModel',
    'decodeNetwork',
    'decodeTorchCheckpoint',
    'decodeWeights',
    'encode',
    'encodeLayersModel',
    'encodeSafetensors',
    'encodeWeights',
    'exportOnnx',
    'inferNetworkConfig',
    'isModelError',
    'layOutTiles',
    'loadDespeckler',
    'loadNetwork',
    'loadState',
    'logTransform',
    'parseSafetensors',
    'parseTorchCheckpoint',
    'readState',
    'toLayersModel',
  ]);
});
