import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'AdaptiveFrequencyGating',
    'BatchNormalization',
    'CollaborativeLoss',
    'Composite',
    'ConvBnSilu',
    'Convolution',
    'DepthwiseConvolution',
    'Dropout',
    'DualDomainCollaborativeRestoration',
    'FeatureExtraction',
    'FractionalFourier',
    'FractionalGabor',
    'FrequencyPerceptionUnit',
    'HybridFrequencyAttention',
    'ResidualAggregationGroup',
    'ShuntParallelPerception',
    'SpatialPerceptionUnit',
    'charbonnier',
    'fractionalFourierBuffer',
    'fractionalGaborPlane',
    'irfft2',
    'laplacian',
    'rfft2',
    'seedInitializers',
  ]);
});
