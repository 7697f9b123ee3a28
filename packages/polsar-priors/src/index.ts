/**
 * Polarimetric statistics, speckle filters, image quality metrics and a speckle simulator for dual-polarization radar
 * images.
 *
 * @module
 */

// Images

export { isPolsarError, PolsarError, type PolsarErrorCode } from './errors';
export {
  concatenateBands,
  copyImage,
  createImage,
  flatMask,
  type Image,
  isInside,
  type Mask,
  planes,
  type Window,
} from './image';
export {
  fillInvalid,
  intersectMasks,
  type MaskedImage,
  maskedTemporalMean,
  mirrorSources,
} from './masked-images';
export { Random } from './random';

// Polarimetric statistics

export { boxcar } from './boxcar';
export { type ChangeTestOptions, omnibusTest } from './change-test';
export { COHERENCY_BANDS, coherency } from './coherency';
export { COVARIANCE_BANDS, covariance } from './covariance';
export { decibel } from './decibel';
export { enl, logCumulantEnl } from './enl';
export { trigamma } from './gamma-functions';
export { HA_ALPHA_BANDS, HA_ALPHA_WINDOW, haAlpha } from './h-a-alpha';
export {
  type HomogeneousWindow,
  type HomogeneousWindowsOptions,
  homogeneousWindows,
} from './homogeneous-windows';
export { median, robustDeviation } from './median';
export { type Looks, multilook } from './multilook';
export { exceedsCoherence, limitCoherence, validCovariance } from './valid-covariance';

// Speckle filters

export { type FrostOptions, frost } from './filters/frost';
export { gammaMap } from './filters/gamma-map';
export { type LeeOptions, lee } from './filters/lee';
export { type LeeSigmaOptions, leeSigma } from './filters/lee-sigma';
export { type QueganOptions, quegan } from './filters/quegan';
export { refinedLee } from './filters/refined-lee';
export {
  combineWithTemporalMean,
  TemporalAggregates,
  type TemporalMean,
  type TemporalSide,
} from './filters/temporal-aggregates';
export { temporalMean } from './filters/temporal-mean';

// Image quality metrics

export { changeResponse, type InsertedChange } from './metrics/change-response';
export { type EdgePreservation, type EpdRoaOptions, epdRoa, epi } from './metrics/edges';
export { logPsnr, logPsnrOfBands, ratioError } from './metrics/log-intensity';
export { logSsim } from './metrics/log-ssim';
export { type MIndex, type MIndexOptions, mIndex } from './metrics/m-index';
export {
  type Deviation,
  type PolarimetricPreservation,
  polarimetricPreservation,
} from './metrics/polarimetric';
export { type RatioStatistics, ratioStatistics } from './metrics/ratio';
export { type TargetContrast, targetContrast } from './metrics/target-contrast';

// Simulator

export {
  impulseResponse,
  type SpeckleCorrelation,
  type SpectralWindow,
  sentinel1Swaths,
} from './simulator/impulse-response';
export {
  type Scene,
  type SceneOptions,
  sceneFromReflectivity,
  simulateScene,
  withPolarimetricCorrelation,
} from './simulator/scene';
export { averageLooks, bandLimit, type SpeckleOptions, simulateSpeckle } from './simulator/speckle';
export { type SimulatedTriplet, simulateTriplet, type TripletOptions } from './simulator/triplet';
export type { Fields } from './simulator/voronoi';
