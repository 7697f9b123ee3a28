import * as evaluation from '@mtpi/evaluate';
import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'AcquiredBatches',
    'AdamW',
    'KNOBS',
    'MixedBatches',
    'SimulatedBatches',
    'TaughtBatches',
    'TrainError',
    'Trainer',
    'clipByGlobalNorm',
    'closePlaces',
    'combinations',
    'comparablePixels',
    'cosineRate',
    'isTrainError',
    'openRegions',
    'openStack',
    'parseSettings',
    'printSettings',
    'runTraining',
    'settingsSchema',
    'settingsTable',
    'sourcesTable',
    'wishartLoss',
  ]);
});

it('exports what users of /evaluate may rely on', () => {
  expect(Object.keys(evaluation).sort()).toEqual([
    'BAND_METRICS',
    'BASELINES',
    'CHANGE_METRICS',
    'DETAIL_METRICS',
    'IMAGE_METRICS',
    'INPUT',
    'PRODUCTS',
    'REPORT_STYLE',
    'changeScenes',
    'entropyAlphaCounts',
    'entropyAlphaPlane',
    'evaluate',
    'evaluationCsv',
    'evaluationHtml',
    'evaluationJson',
    'evaluationMarkdown',
    'formatCell',
    'isPictured',
    'memorySource',
    'networkMethod',
    'proceduralScenes',
    'readSeries',
    'realScenes',
    'reflectivityScenes',
    'scorer',
    'spotResponses',
    'summarize',
    'testScenes',
  ]);
});
