import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'WorkflowError',
    'assertSafeOutput',
    'despeckleFile',
    'despeckleShard',
    'despeckleStack',
    'despeckleStackShard',
    'isWorkflowError',
    'listShardedOutputs',
    'mergeShards',
    'mergeStackShards',
    'openTriplet',
    'removeAllLeftovers',
    'sideBySide',
    'withFolder',
    'withOutput',
    'writeReport',
  ]);
});
