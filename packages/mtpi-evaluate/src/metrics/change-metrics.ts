import type { Metric } from './metric';

/** Figures of the change scenes, see `SpotResponse`. */
export const CHANGE_METRICS: readonly Metric[] = [
  {
    ...{ key: 'leakage', title: 'leakage', unit: '%', digits: 1, goal: 'zero' },
    about: 'share of a change of an auxiliary date alone that the target shows, in dB; mean of magnitudes',
  },
  {
    ...{ key: 'retention', title: 'retention', unit: '%', digits: 1, goal: 'high' },
    about: 'share of a change of the target alone that stays, in dB',
  },
];
