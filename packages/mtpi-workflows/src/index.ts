/**
 * Despeckles files, stacks and shards of a scene: files in, files out.
 *
 * @module
 */
export { despeckleJob, type Engine, type JobOptions, weightsHash } from './despeckle-job';
export { isWorkflowError, WorkflowError, type WorkflowErrorCode } from './errors';
export { findShards, mergeShards, resultsIn } from './merge-shards';
export { outputFormat } from './output';
export type { PartialResult } from './partial-result';
export { commandLine, describeProcessing } from './provenance';
export { writeReport } from './report/write-report';
export { rowsOfShard, type Shard, shardSuffix } from './shard';
export { sideBySide } from './side-by-side';
export { tripletsOf } from './stack';
export { openTriplet, type PowerScale, type TripletPaths } from './triplet';
