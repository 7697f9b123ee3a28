/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */
export type { Batch, BatchSource } from './batch';
export {
  completeRegions,
  type Dataset,
  type DatasetAcquisition,
  openDataset,
  type Region,
} from './dataset/dataset';
export { patchWindows } from './dataset/patches';
export { splitRegions } from './dataset/split';
export {
  type AcquisitionSummary,
  type DatasetSummary,
  formatDataset,
  type RegionSummary,
  summarizeDataset,
} from './dataset/summary';
export { DistillationBatches } from './distillation-batches';
export { isTrainError, TrainError, type TrainErrorCode } from './errors';
export { MixedBatches } from './mixed-batches';
export { AdamW, clipByGlobalNorm } from './optimizer';
export { runTraining, type TrainingResult, type TrainingRunOptions } from './run/run';
export { cosineRate } from './schedule';
export { parseSettings, readSettingsFile } from './settings/parse';
export { printSettings } from './settings/print';
export { settingsSchema, type TrainingSettings } from './settings/schema';
export { SETTINGS } from './settings/settings';
export { SimulatedBatches, type SimulatedBatchesOptions } from './simulated-batches';
export { AcquisitionBatches, type AcquisitionBatchesOptions } from './stack/acquisition-batches';
export { closeStacks, openRegions, openStack, type Stack } from './stack/stack';
export { type StepReport, Trainer, type TrainerOptions } from './trainer';
export { wishartLoss } from './wishart-loss';
