/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */

export { AcquisitionBatches, type AcquisitionBatchesOptions } from './batches/acquisition-batches';
export type { Batch, BatchSource, ImageBatch } from './batches/batch';
export { DistillationBatches } from './batches/distillation-batches';
export { MixedBatches, type MixedSource } from './batches/mixed-batches';
export { SimulatedBatches, type SimulatedBatchesOptions } from './batches/simulated-batches';
export type { BestValidation } from './checkpoint';
export {
  type CompleteRegion,
  completeRegions,
  type Dataset,
  type DatasetAcquisition,
  type DatasetOptions,
  type OpenedAcquisition,
  openDataset,
  type Region,
} from './dataset/dataset';
export { patchWindows } from './dataset/patches';
export { type SplitOptions, splitRegions } from './dataset/split';
export {
  type AcquisitionSummary,
  type DatasetSummary,
  formatDataset,
  type RegionSummary,
  summarizeDataset,
} from './dataset/summary';
export { isTrainError, TrainError, type TrainErrorCode } from './errors';
export type { ObjectiveKind, TemporalKind } from './loss/objective';
export { wishartLoss } from './loss/wishart-loss';
export { AdamW, type AdamWOptions, clipByGlobalNorm } from './optimizer';
export { describeStep, describeTraining } from './run/describe';
export { runTraining, type TrainingResult, type TrainingRunOptions } from './run/run';
export { type CosineSchedule, cosineRate } from './schedule';
export { parseSettings, readSettingsFile, type SettingsFile } from './settings/parse';
export { printSettings } from './settings/print';
export { settingsSchema, type TrainingSettings } from './settings/schema';
export { SETTINGS, type SettingInfo, settingHelp } from './settings/settings';
export type { StackPart } from './stack/draw-window';
export type { Noise2NoiseSample } from './stack/noise2noise-references';
export { closeStacks, openRegions, openStack, type Stack, type StackOptions } from './stack/stack';
export { type RunOptions, type StepReport, Trainer, type TrainerOptions } from './trainer';
export type { TrainingStepOptions } from './training-step';
