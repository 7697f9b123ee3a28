/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */
export type { Batch, BatchSource, ImageBatch } from './batch';
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
export { DistillationBatches } from './distillation-batches';
export { isTrainError, TrainError, type TrainErrorCode } from './errors';
export { fillInvalid, timeMean, validInAll } from './masked-images';
export { MixedBatches, type MixedSource } from './mixed-batches';
export { AdamW, type AdamWOptions, clipByGlobalNorm } from './optimizer';
export { runTraining, type TrainingResult, type TrainingRunOptions } from './run/run';
export { type CosineSchedule, cosineRate } from './schedule';
export { parseSettings, type SettingsFile } from './settings/parse';
export { printSettings } from './settings/print';
export { type SourceSettings, settingsSchema, type TrainingSettings } from './settings/schema';
export { SETTINGS, type SettingInfo } from './settings/settings';
export { SimulatedBatches, type SimulatedBatchesOptions } from './simulated-batches';
export { AcquisitionBatches, type AcquisitionBatchesOptions } from './stack/acquisition-batches';
export { type Combination, combinations } from './stack/combinations';
export { closeStacks, openRegions, openStack, type Stack, type StackOptions } from './stack/stack';
export { unchangedIncoherentPixels } from './stack/unchanged-pixels';
export { type RunOptions, type StepReport, Trainer, type TrainerOptions } from './trainer';
export { wishartLoss } from './wishart-loss';
