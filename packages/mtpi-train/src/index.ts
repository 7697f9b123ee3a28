/**
 * Noise2Noise training of MTPI-Net.
 *
 * @module
 */
export { AdamW, type AdamWOptions } from './adamw';
export { clipByGlobalNorm } from './gradient-clipping';
export { type CosineSchedule, cosineRate } from './schedule';
export { wishartLoss } from './wishart-loss';
