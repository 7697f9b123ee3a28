/**
 * Measures despeckling methods on fixed scenes.
 *
 * @module
 */
export { type EvaluateOptions, type Evaluation, evaluate, type Gallery, type SceneScore } from './evaluate';
export { memorySource } from './memory-source';
export { BASELINES, INPUT, type Method, type MethodInput, networkMethod } from './methods';
export { BAND_METRICS } from './metrics/band-metrics';
export { CHANGE_METRICS } from './metrics/change-metrics';
export { DETAIL_METRICS } from './metrics/detail-metrics';
export { IMAGE_METRICS } from './metrics/image-metrics';
export type { Metric } from './metrics/metric';
export { evaluationCsv } from './report/csv';
export { entropyAlphaCounts, entropyAlphaPlane } from './report/h-alpha-plane';
export { evaluationHtml } from './report/html';
export { evaluationJson } from './report/json';
export { evaluationMarkdown } from './report/markdown';
export { isPictured } from './report/pictured';
export { STYLE as REPORT_STYLE } from './report/style';
export { changeScenes } from './scenes/change';
export { proceduralScenes } from './scenes/procedural';
export { type ImageType, PRODUCTS } from './scenes/product';
export { realScenes } from './scenes/real';
export { reflectivityScenes } from './scenes/reflectivity';
export type { Change, SceneGroup, SceneInfo, SceneSource, Spot, TestScene, Triplet } from './scenes/scene';
export { readSeries, type Series } from './scenes/series';
export { type SceneKind, type TestSceneOptions, testScenes } from './scenes/test-scenes';
export { type Scores, scorer } from './score';
export { type SpotResponse, spotResponses } from './spot-response';
export { type Summary, summarize } from './summary';
export { type Column, formatCell, type Table } from './table';
export type { Criterion } from './verdicts';
