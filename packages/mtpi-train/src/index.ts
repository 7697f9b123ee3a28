/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */
export { AcquiredBatches, type AcquiredBatchesOptions } from './acquired/acquired-batches';
export { type Combination, combinations } from './acquired/combinations';
export { closePlaces, openRegions, openStack, type PlaceOptions, type Stack } from './acquired/stack';
export { unchangedIncoherentPixels } from './acquired/unchanged-pixels';
export { AdamW, type AdamWOptions } from './adamw';
export type { Batch, BatchSource } from './batch';
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
export { DistillationBatches } from './distillation-batches';
export { isTrainError, TrainError, type TrainErrorCode } from './errors';
export { clipByGlobalNorm } from './gradient-clipping';
export { fillInvalid, timeMean, validInAll } from './masked-images';
export { MixedBatches, type MixedSource } from './mixed-batches';
export type { ObjectiveKind, TemporalKind } from './objective';
export { runTraining, type TrainingResult, type TrainingRunOptions } from './run/run';
export { type CosineSchedule, cosineRate } from './schedule';
export { parseSettings, type SettingsFile } from './settings/parse';
export { printSettings, settingsTable, sourcesTable } from './settings/print';
export { type SourceSettings, settingsSchema, type TrainingSettings } from './settings/schema';
export { SETTINGS, type SettingInfo } from './settings/settings';
export { SimulatedBatches, type SimulatedBatchesOptions } from './simulated-batches';
export { type RunOptions, type StepReport, Trainer, type TrainerOptions } from './trainer';
export { wishartLoss } from './wishart-loss';
