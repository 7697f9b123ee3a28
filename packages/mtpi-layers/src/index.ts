/**
 * The layers and the loss of MTPI-Net. Images are (B, H, W, C).
 *
 * @module
 */
export { AdaptiveFeatureGating } from './adaptive-feature-gating';
export { BatchNormalization } from './batch-normalization';
export { CollaborativeLoss, type CollaborativeLossTerms } from './collaborative-loss';
export { ConvBnSilu, type ConvBnSiluConfig } from './conv-bn-silu';
export { Convolution, type ConvolutionConfig, DepthwiseConvolution } from './convolution';
export { Dropout } from './dropout';
export {
  type DdcrConfig,
  type DdcrResolution,
  DualDomainCollaborativeRefinement,
} from './dual-domain-collaborative-refinement';
export { FeatureExtraction } from './feature-extraction';
export { FractionalFourier, fractionalFourierBuffer } from './fractional-fourier';
export { FractionalGabor, fractionalGaborPlane } from './fractional-gabor';
export { type AttentionKind, HolisticFeatureAggregation } from './holistic-feature-aggregation';
export { seedInitializers } from './initializers';
export { type CallOptions, ImageLayer, Module, type NamedWeight, type WeightLayout } from './module';
export type { FilterKind, ModuleConfig } from './module-config';
export { type R2aConfig, RecursiveResidualAggregation } from './recursive-residual-aggregation';
export {
  FrequencyPerceptionUnit,
  ShuntParallelPerception,
  SpatialPerceptionUnit,
} from './shunt-parallel-perception';
export { irfft2, rfft2, SIZE_MULTIPLE, type SpectralOptions, type Spectrum } from './spectral';
