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
    'SIZE_MULTIPLE',
    'ShuntParallelPerception',
    'SpatialPerceptionUnit',
    'fractionalFourierBuffer',
    'fractionalGaborPlane',
    'irfft2',
    'rfft2',
    'seedInitializers',
  ]);
});
