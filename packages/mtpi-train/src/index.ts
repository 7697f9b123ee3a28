/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */
export { AdamW, type AdamWOptions } from './adamw';
export type { Batch, BatchSource } from './batch';
export { clipByGlobalNorm } from './gradient-clipping';
export { biasDecibel, logPsnr, logPsnrOfBands, ratioError } from './metrics';
export type { ObjectiveKind } from './objective';
export { type CosineSchedule, cosineRate } from './schedule';
export { SimulatedBatches, type SimulatedBatchesOptions } from './simulated-batches';
export { type RunOptions, type StepReport, Trainer, type TrainerOptions } from './trainer';
export { wishartLoss } from './wishart-loss';
