import { expect, it } from 'vitest';
import * as api from '../src/index';
import * as inspect from '../src/inspect';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'OFFSET_COLUMNS',
    'WorkflowError',
    'assertSafeOutput',
    'benchmarkEngine',
    'benchmarkInProcess',
    'convertWeights',
    'describeMachine',
    'despeckleFile',
    'despeckleShard',
    'despeckleStack',
    'despeckleStackShard',
    'isWorkflowError',
    'listShardedOutputs',
    'mergeShards',
    'mergeStackShards',
    'offsetRows',
    'openTriplet',
    'parseShard',
    'prepareStack',
    'removeAllLeftovers',
    'withFolder',
    'writeDemo',
    'writeReport',
  ]);
});

it('exports from ./inspect what loads no network', () => {
  expect(Object.keys(inspect).sort()).toEqual([
    'describeFile',
    'halfBlocks',
    'renderQuicklook',
    'writeQuicklook',
  ]);
});
