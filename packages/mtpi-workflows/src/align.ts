/**
 * Brings dates onto one grid. Runs in browsers too.
 *
 * @module
 */
export { type AlignedDates, type Alignment, alignDates } from './align/align-dates';
