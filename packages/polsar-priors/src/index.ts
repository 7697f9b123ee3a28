/**
 * Polarimetric statistics of dual-polarization radar images.
 *
 * @module
 */
export { boxcar } from './boxcar';
export { type ChangeTestOptions, omnibusTest } from './change-test';
export { COHERENCY_BANDS, coherency } from './coherency';
export { COVARIANCE_BANDS, covariance } from './covariance';
export { enl, logCumulantEnl } from './enl';
export { isPolsarError, PolsarError, type PolsarErrorCode } from './errors';
export { type FrostOptions, frost } from './filters/frost';
export { gammaMap } from './filters/gamma-map';
export { type LeeOptions, lee } from './filters/lee';
export { type LeeSigmaOptions, leeSigma } from './filters/lee-sigma';
export { type QueganOptions, quegan } from './filters/quegan';
export { refinedLee } from './filters/refined-lee';
export { temporalMean } from './filters/temporal-mean';
export { decompose, type HAAlpha, haAlpha } from './h-a-alpha';
export {
  type HomogeneousWindow,
  type HomogeneousWindowsOptions,
  homogeneousWindows,
} from './homogeneous-windows';
export { createImage, type Image, type Mask, planes, type Window } from './image';
export { type EdgePreservation, type EpdRoaOptions, epdRoa, epi } from './metrics/edges';
export { type HomogeneousEnl, homogeneousEnl } from './metrics/homogeneous-enl';
export { biasDecibel, logPsnr, logPsnrOfBands, ratioError } from './metrics/log-intensity';
export { logSsim } from './metrics/log-ssim';
export { type MIndex, type MIndexOptions, mIndex } from './metrics/m-index';
export {
  type Deviation,
  type PolarimetricPreservation,
  polarimetricPreservation,
} from './metrics/polarimetric';
export { type RatioStatistics, ratioStatistics } from './metrics/ratio';
export { type TargetContrast, targetContrast } from './metrics/target-contrast';
export { changeRetention, type Injection, temporalLeakage } from './metrics/temporal-response';
export { type Looks, multilook } from './multilook';
export { Random } from './random';
export {
  impulseResponse,
  type SpeckleCorrelation,
  type SpectralWindow,
  sentinel1Swaths,
} from './simulator/impulse-response';
export { type Scene, type SceneOptions, sceneOf, simulateScene, withCorrelation } from './simulator/scene';
export { averageLooks, bandLimit, type SpeckleOptions, simulateSpeckle } from './simulator/speckle';
export { type SimulatedTriplet, simulateTriplet, type TripletOptions } from './simulator/triplet';
export type { Fields } from './simulator/voronoi';
export { validCovariance } from './valid-covariance';
