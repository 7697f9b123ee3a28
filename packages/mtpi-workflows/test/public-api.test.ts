import { expect, it } from 'vitest';
import * as browser from '../src/browser';
import * as api from '../src/index';
import * as inspect from '../src/inspect';

it('exports what the README names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'DESPECKLE_OPTIONS',
    'WorkflowError',
    'assertSafeOutput',
    'benchmarkEngine',
    'benchmarkEngines',
    'convertWeights',
    'describeMachine',
    'despeckle',
    'despeckleFile',
    'despeckleSeries',
    'despeckleShard',
    'despeckleStack',
    'despeckleStackShard',
    'formatBenchmarks',
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
    'cropAcquisition',
    'metadataItems',
    'withHaAlpha',
  ]);
});

it('exports from ./inspect what loads no network', () => {
  expect(Object.keys(inspect).sort()).toEqual([
    'SERIES_COLUMNS',
    'describeFile',
    'describeInputs',
    'factLines',
    'fitTable',
    'halfBlocks',
    'isCollection',
    'listSeries',
    'renderQuicklook',
    'seriesRemarks',
    'seriesRows',
    'seriesTitle',
    'writeQuicklook',
  ]);
});
