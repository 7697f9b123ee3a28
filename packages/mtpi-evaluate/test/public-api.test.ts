import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BASELINES',
    'EvaluationError',
    'IMAGE_TYPES',
    'INPUT',
    'METRICS',
    'SERIES_BASELINES',
    'changeScenes',
    'evaluate',
    'evaluationCsv',
    'evaluationHtml',
    'evaluationJson',
    'evaluationMarkdown',
    'exportScenes',
    'exportTestScenes',
    'formatCell',
    'isEvaluationError',
    'networkMethod',
    'openResults',
    'proceduralScenes',
    'readStacks',
    'realScenes',
    'realSeriesScenes',
    'reflectivityScenes',
    'scorer',
    'simulatedSeriesScenes',
    'spotResponses',
    'summarize',
    'testScenes',
    'writeEvaluation',
  ]);
});
