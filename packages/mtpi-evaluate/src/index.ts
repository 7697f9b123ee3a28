/**
 * Evaluates despeckling methods on fixed test scenes.
 *
 * @module
 */
export { EvaluationError, type EvaluationErrorCode, isEvaluationError } from './errors';
export { type EvaluateOptions, type Evaluation, evaluate, type Gallery, type SceneScore } from './evaluate';
export { BASELINES, INPUT, type Method, type MethodInput, networkMethod, SERIES_BASELINES } from './methods';
export type { Metric } from './metrics/metric';
export { METRICS } from './metrics/metrics';
export { type Scores, scorer } from './metrics/score';
export { type SpotResponse, spotResponses } from './metrics/spot-response';
export { evaluationCsv } from './report/csv';
export { evaluationHtml } from './report/html';
export { evaluationJson } from './report/json';
export { evaluationMarkdown } from './report/markdown';
export { changeScenes } from './scenes/change';
export { exportScenes, openResults, type Results } from './scenes/exchange';
export { IMAGE_TYPES, type ImageType } from './scenes/image-type';
export { type ProceduralOptions, proceduralScenes } from './scenes/procedural';
export { realScenes } from './scenes/real';
export { reflectivityScenes } from './scenes/reflectivity';
export type { Change, SceneGroup, SceneInfo, SceneSource, Spot, TestScene } from './scenes/scene';
export { realSeriesScenes, simulatedSeriesScenes } from './scenes/series';
export { type ReadStacksOptions, readStacks, type Stack } from './scenes/stack';
export { type SceneKind, type TestSceneOptions, testScenes } from './scenes/test-scenes';
export type { CriterionResult } from './summary/criteria';
export { type Summary, summarize } from './summary/summary';
export { type Column, formatCell, type Table } from './summary/table';
export {
  exportTestScenes,
  type WriteEvaluationOptions,
  type WrittenEvaluation,
  writeEvaluation,
} from './write-evaluation';
