import { expect, it } from 'vitest';
import * as browser from '../src/browser';
import * as engineBenchmark from '../src/engine-benchmark';
import * as api from '../src/index';
import * as inspect from '../src/inspect';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'DESPECKLE_OPTIONS',
    'WorkflowError',
    'assertSafeOutput',
    'convertWeights',
    'despeckle',
    'despeckleFile',
    'despeckleSeries',
    'despeckleShard',
    'despeckleStack',
    'despeckleStackShard',
    'isWorkflowError',
    'listSeries',
    'merge',
    'mergeShards',
    'openTriplet',
    'parseShard',
    'prepareStack',
    'removeAllLeftovers',
    'stackTable',
    'withFolder',
    'writeDemo',
    'writeReport',
  ]);
});

it('exports from ./browser what runs there', () => {
  expect(Object.keys(browser).sort()).toEqual([
    'COVARIANCE_RESULT',
    'alignDates',
    'chooseDates',
    'cropAcquisition',
    'metadataItems',
    'splitOneSide',
    'timeText',
    'withHaAlpha',
  ]);
});

it('exports from ./engine-benchmark what loads no more than the engines', () => {
  expect(Object.keys(engineBenchmark).sort()).toEqual([
    'benchmarkEngine',
    'benchmarkEngines',
    'describeMachine',
    'formatBenchmarks',
  ]);
});

it('exports from ./inspect what loads no network', () => {
  expect(Object.keys(inspect).sort()).toEqual([
    'RESULT_COLUMNS',
    'SERIES_COLUMNS',
    'describeFile',
    'describeInputs',
    'factLines',
    'fitTable',
    'halfBlocks',
    'isCollection',
    'listSeries',
    'renderQuicklook',
    'resultRows',
    'seriesRemarks',
    'seriesRows',
    'seriesTitle',
    'writeQuicklook',
  ]);
});
