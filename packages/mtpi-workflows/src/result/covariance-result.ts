import {
  COVARIANCE_BANDS,
  concatenateBands,
  HA_ALPHA_BANDS,
  haAlpha,
  type Image,
  type Mask,
} from '@mtpi/polsar-priors';

/** Bands of the result where dates are covariances. */
export const COVARIANCE_RESULT = [...COVARIANCE_BANDS, ...HA_ALPHA_BANDS];

/** A covariance with the H, A and alpha that follow from it as further bands. */
export const withHaAlpha = (c2: Image, mask: Mask): Image => concatenateBands([c2, haAlpha(c2, mask)]);
