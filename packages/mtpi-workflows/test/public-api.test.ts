import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'WorkflowError',
    'commandLine',
    'describeProcessing',
    'despeckleJob',
    'findShards',
    'isWorkflowError',
    'mergeShards',
    'openTriplet',
    'outputFormat',
    'resultsIn',
    'rowsOfShard',
    'shardSuffix',
    'sideBySide',
    'tripletsOf',
    'weightsHash',
    'writeReport',
  ]);
});
