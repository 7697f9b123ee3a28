import type { Metric } from './metric';

/** Metrics of the change scenes, see `SpotResponse`. */
export const CHANGE_METRICS: readonly Metric[] = [
  {
    ...{ key: 'leakage', title: 'leakage', unit: '%', digits: 1, goal: 'zero' },
    about:
      'share of a change (in dB) at an auxiliary date only that leaks into the result; mean of magnitudes',
  },
  {
    ...{ key: 'retention', title: 'retention', unit: '%', digits: 1, goal: 'high' },
    about: 'share of a change (in dB) at the target date only that is retained',
  },
];
