import type { PolarimetricPreservation } from '@mtpi/polsar-priors';
import type { Metric } from './metric';

interface PolarimetricMetric extends Metric {
  /** From the comparison of the polarimetry with the truth. */
  of(found: PolarimetricPreservation): number;
}

/** Metrics of a covariance. */
export const POLARIMETRIC_METRICS: readonly PolarimetricMetric[] = [
  {
    ...{ key: 'entropyError', title: 'H error', unit: '', digits: 3, goal: 'low' },
    about: 'root mean square error of the entropy H of the result',
    of: ({ H }) => H.rmse,
  },
  {
    ...{ key: 'anisotropyError', title: 'A error', unit: '', digits: 3, goal: 'low' },
    about: 'root mean square error of the anisotropy A of the result',
    of: ({ A }) => A.rmse,
  },
  {
    ...{ key: 'alphaError', title: 'α error', unit: '°', digits: 2, goal: 'low' },
    about: 'root mean square error of the mean alpha angle of the result',
    of: ({ alpha }) => alpha.rmse,
  },
  {
    ...{ key: 'rhoBias', title: '|ρ| bias', unit: '', digits: 3, goal: 'zero' },
    about: 'mean magnitude of the correlation of VV and VH, minus that of the truth',
    of: ({ correlationBias }) => correlationBias,
  },
  {
    ...{ key: 'phaseError', title: 'phase error', unit: '°', digits: 1, goal: 'low' },
    about: 'circular standard deviation of the error of the phase of C12',
    of: ({ phaseError }) => phaseError,
  },
  {
    ...{ key: 'wishart', title: 'Wishart distance', unit: '', digits: 3, goal: 'low' },
    about:
      'mean symmetric revised Wishart distance to the truth; undefined for a single look, and large where single pixels keep a nearly singular covariance, as the Frost filter leaves them at points',
    of: ({ wishartDistance }) => wishartDistance,
  },
  {
    ...{ key: 'psd', title: 'valid C2', unit: '%', digits: 2, goal: 'high' },
    about: 'share of the pixels whose covariance is positive semidefinite',
    of: ({ semidefinite }) => 100 * semidefinite,
  },
];
