import { BAND_METRICS } from './band-metrics';
import { CHANGE_METRICS } from './change-metrics';
import { DETAIL_METRICS } from './detail-metrics';
import type { Metric } from './metric';
import { POLARIMETRIC_METRICS } from './polarimetric-metrics';

/** All figures of merit. */
export const METRICS: readonly Metric[] = [
  ...BAND_METRICS,
  ...DETAIL_METRICS,
  ...POLARIMETRIC_METRICS,
  ...CHANGE_METRICS,
];
