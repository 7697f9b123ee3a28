/**
 * Polarimetric statistics of dual-polarization radar images.
 *
 * @module
 */
export { boxcar } from './boxcar';
export { COHERENCY_BANDS, coherency } from './coherency';
export { COVARIANCE_BANDS, covariance } from './covariance';
export { enl, logCumulantEnl } from './enl';
export { isPolsarError, PolsarError, type PolsarErrorCode } from './errors';
export { decompose, type HAAlpha, haAlpha } from './h-a-alpha';
export {
  type HomogeneousWindow,
  type HomogeneousWindowsOptions,
  homogeneousWindows,
} from './homogeneous-windows';
export { createImage, type Image, type Mask, planes, type Window } from './image';
export { type LeeOptions, lee } from './lee';
export { type Looks, multilook } from './multilook';
export { Random } from './random';
export { refinedLee } from './refined-lee';
export {
  impulseResponse,
  type SpeckleCorrelation,
  type SpectralWindow,
  sentinel1Swaths,
} from './simulator/impulse-response';
export { type Scene, type SceneOptions, sceneOf, simulateScene } from './simulator/scene';
export { bandLimit, type SpeckleOptions, simulateSpeckle } from './simulator/speckle';
export { type SimulatedTriplet, simulateTriplet, type TripletOptions } from './simulator/triplet';
export type { Fields } from './simulator/voronoi';
export { validCovariance } from './valid-covariance';
