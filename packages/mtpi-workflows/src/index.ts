/**
 * Despeckles files, stacks and shards of a scene: files in, files out.
 *
 * @module
 */

export type { ProductSelection } from './acquisitions/coregistered-inputs';
export type { ListedAcquisition } from './acquisitions/describe-candidate';
export type { AcquisitionInput, StackInput, TripletInput } from './acquisitions/inputs';
export {
  type AcquisitionSeries,
  type ListSeriesOptions,
  listSeries,
  type SeriesList,
} from './acquisitions/list-series';
export type { IntensityScale, TripletOptions } from './acquisitions/options';
export { openTriplet, type Triplet } from './acquisitions/triplet';
export type { Alignment } from './align/align-dates';
export { DESPECKLE_OPTIONS } from './check-options';
export { type ConvertOptions, convertWeights } from './convert-weights';
export { type Demo, type DemoOptions, writeDemo } from './demo';
export { type DespeckleInputs, type DespeckleInputsOptions, despeckle } from './despeckle/despeckle';
export { despeckleFile } from './despeckle/despeckle-file';
export type { DespeckleOptions } from './despeckle/despeckle-options';
export { despeckleSeries } from './despeckle/despeckle-series';
export { despeckleShard } from './despeckle/despeckle-shard';
export { despeckleStack, despeckleStackShard } from './despeckle/despeckle-stack';
export { type MergeOptions, merge, mergeShards } from './despeckle/merge-shards';
export type { Engine } from './despeckle/network';
export { removeAllLeftovers } from './despeckle/remove-all-leftovers';
export { parseShard, type Shard } from './despeckle/shard';
export { isWorkflowError, WorkflowError, type WorkflowErrorCode } from './errors';
export { stackTable } from './inspect/stack-table';
export type { JobOptions, Progress, Warning } from './job';
export { withFolder } from './output/output-folder';
export type { OutputKind } from './output/output-kind';
export { assertSafeOutput } from './output/safe-output';
export { prepareStack } from './prepare-stack';
export { writeReport } from './report/write-report';
export type { ComparisonInput, DespeckledProduct, ProductMetrics, ShardFile } from './result/product';
export type { OutputScale } from './result/result-description';
