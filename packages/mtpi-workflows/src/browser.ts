/**
 * What runs in browsers too: dates on one grid, parts of them, and what a result holds.
 *
 * @module
 */
export { chooseDates, type Neighbors, splitOneSide } from './acquisitions/choose-dates';
export { cropAcquisition } from './acquisitions/crop';
export { type AlignedDates, type Alignment, alignDates } from './align/align-dates';
export { COVARIANCE_RESULT, withHaAlpha } from './result/covariance-result';
export { metadataItems, timeText } from './result/provenance';
