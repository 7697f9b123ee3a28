import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'AcquisitionBatches',
    'AdamW',
    'DistillationBatches',
    'MixedBatches',
    'SETTINGS',
    'SimulatedBatches',
    'TrainError',
    'Trainer',
    'clipByGlobalNorm',
    'closeStacks',
    'completeRegions',
    'cosineRate',
    'describeStep',
    'describeTraining',
    'formatDataset',
    'isTrainError',
    'openDataset',
    'openRegions',
    'openStack',
    'parseSettings',
    'patchWindows',
    'printSettings',
    'readSettingsFile',
    'runTraining',
    'settingHelp',
    'settingsSchema',
    'splitRegions',
    'summarizeDataset',
    'wishartLoss',
  ]);
});
