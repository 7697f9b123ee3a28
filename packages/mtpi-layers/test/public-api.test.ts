import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'AdaptiveFeatureGating',
    'BatchNormalization',
    'CollaborativeLoss',
    'ConvBnSilu',
    'Convolution',
    'DepthwiseConvolution',
    'Dropout',
    'DualDomainCollaborativeRefinement',
    'FeatureExtraction',
    'FractionalFourier',
    'FractionalGabor',
    'FrequencyPerceptionUnit',
    'HolisticFeatureAggregation',
    'ImageLayer',
    'Module',
    'RecursiveResidualAggregation',
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
