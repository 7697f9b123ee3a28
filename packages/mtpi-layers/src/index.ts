/**
 * The layers and the loss of MTPI-Net. Images are (B, H, W, C).
 *
 * @module
 */
export { AdaptiveFrequencyGating } from './adaptive-frequency-gating';
export { BatchNormalization } from './batch-normalization';
export { CollaborativeLoss, type CollaborativeLossParts, charbonnier, laplacian } from './collaborative-loss';
export { type CallOptions, Composite, type NamedWeight, type WeightLayout } from './composite';
export { ConvBnSilu } from './conv-bn-silu';
export { Convolution, DepthwiseConvolution } from './convolution';
export { type DdcrConfig, DualDomainCollaborativeRestoration } from './ddcr';
export { Dropout } from './dropout';
export { FeatureExtraction } from './feature-extraction';
export { FractionalFourier, fractionalFourierBuffer } from './fractional-fourier';
export { FractionalGabor, fractionalGaborPlane } from './fractional-gabor';
export { type AttentionKind, HybridFrequencyAttention } from './hybrid-frequency-attention';
export { seedInitializers } from './initializers';
export type { FilterKind, ModuleConfig } from './module-config';
export { type R2aConfig, ResidualAggregationGroup } from './r2a';
export {
  FrequencyPerceptionUnit,
  ShuntParallelPerception,
  SpatialPerceptionUnit,
} from './shunt-parallel-perception';
export { irfft2, rfft2, type Spectrum } from './spectral';
