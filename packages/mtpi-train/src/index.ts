/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */
export type { Batch, BatchSource, ImageBatch } from './batch';
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
export { DistillationBatches } from './distillation-batches';
export { isTrainError, TrainError, type TrainErrorCode } from './errors';
export { MixedBatches, type MixedSource } from './mixed-batches';
export type { ObjectiveKind, TemporalKind } from './objective';
export { AdamW, type AdamWOptions, clipByGlobalNorm } from './optimizer';
export { describeStep, describeTraining } from './run/describe';
export { runTraining, type TrainingResult, type TrainingRunOptions } from './run/run';
export { type CosineSchedule, cosineRate } from './schedule';
export { parseSettings, readSettingsFile, type SettingsFile } from './settings/parse';
export { printSettings } from './settings/print';
export { settingsSchema, type TrainingSettings } from './settings/schema';
export { SETTINGS, type SettingInfo, settingHelp } from './settings/settings';
export { SimulatedBatches, type SimulatedBatchesOptions } from './simulated-batches';
export { AcquisitionBatches, type AcquisitionBatchesOptions } from './stack/acquisition-batches';
export type { StackPart } from './stack/draw-window';
export type { Noise2NoiseSample } from './stack/noise2noise-references';
export { closeStacks, openRegions, openStack, type Stack, type StackOptions } from './stack/stack';
export { type RunOptions, type StepReport, Trainer, type TrainerOptions } from './trainer';
export type { TrainingStepOptions } from './training-step';
export { wishartLoss } from './wishart-loss';
