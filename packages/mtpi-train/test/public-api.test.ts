import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'AcquiredBatches',
    'AdamW',
    'DistillationBatches',
    'MixedBatches',
    'SETTINGS',
    'SimulatedBatches',
    'TrainError',
    'Trainer',
    'clipByGlobalNorm',
    'closePlaces',
    'combinations',
    'completeRegions',
    'cosineRate',
    'fillInvalid',
    'isTrainError',
    'openDataset',
    'openRegions',
    'openStack',
    'parseSettings',
    'patchWindows',
    'printSettings',
    'runTraining',
    'settingsSchema',
    'settingsTable',
    'sourcesTable',
    'splitRegions',
    'timeMean',
    'unchangedIncoherentPixels',
    'validInAll',
    'wishartLoss',
  ]);
});
