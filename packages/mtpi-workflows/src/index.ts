/**
 * Despeckles files, stacks and shards of a scene: files in, files out.
 *
 * @module
 */
export type { Alignment } from './align/align-dates';
export { DESPECKLE_OPTIONS } from './check-options';
export { type ConvertOptions, convertWeights } from './convert-weights';
export type { ProductSelection } from './coregistered-inputs';
export { type Demo, type DemoOptions, writeDemo } from './demo';
export { type DespeckleInputs, type DespeckleInputsOptions, despeckle } from './despeckle';
export { despeckleFile } from './despeckle-file';
export type { DespeckleOptions } from './despeckle-options';
export { despeckleSeries } from './despeckle-series';
export { despeckleShard } from './despeckle-shard';
export { despeckleStack, despeckleStackShard } from './despeckle-stack';
export {
  benchmarkEngine,
  benchmarkEngines,
  describeMachine,
  type EngineBenchmark,
  formatBenchmarks,
} from './engine-benchmark';
export { isWorkflowError, WorkflowError, type WorkflowErrorCode } from './errors';
export type { AcquisitionInput, IntensityScale, TripletInput } from './inputs';
export type { JobOptions, Progress, Warning } from './job';
export { removeAllLeftovers } from './leftovers';
export {
  type AcquisitionSeries,
  type ListedAcquisition,
  type ListSeriesOptions,
  listSeries,
  type SeriesList,
} from './list-series';
export { type MergeOptions, merge, mergeShards, mergeStackShards } from './merge-shards';
export type { Engine } from './network';
export { OFFSET_COLUMNS, offsetRows } from './offset-rows';
export { withFolder } from './output-folder';
export type { OutputKind } from './output-kind';
export { prepareStack } from './prepare-stack';
export type { ComparisonInput, DespeckledProduct, ProductMetrics, ShardFile } from './product';
export { writeReport } from './report/write-report';
export type { OutputScale } from './result-description';
export { assertSafeOutput } from './safe-output';
export { parseShard, type Shard } from './shard';
export { openTriplet, type Triplet, type TripletOptions } from './triplet';
