import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
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
