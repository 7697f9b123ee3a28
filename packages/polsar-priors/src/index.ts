/**
 * Polarimetric statistics of dual-polarization radar images.
 *
 * @module
 */
export { boxcar } from './boxcar';
export { COVARIANCE_BANDS, covariance } from './covariance';
export { decompose, type HAAlpha, haAlpha } from './h-a-alpha';
export { createImage, type Image, type Mask, planes } from './image';
export { Random } from './random';
export {
  impulseResponse,
  type SpeckleCorrelation,
  type SpectralWindow,
  sentinel1Swaths,
} from './simulator/impulse-response';
export { type Scene, type SceneOptions, simulateScene } from './simulator/scene';
export { bandLimit, type SpeckleOptions, simulateSpeckle } from './simulator/speckle';
export { type SimulatedTriplet, simulateTriplet, type TripletOptions } from './simulator/triplet';
