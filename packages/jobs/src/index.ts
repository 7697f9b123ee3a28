/**
 * What long operations share: their options and progress, work that is aborted, and work in pieces.
 *
 * @module
 */
export { abortable } from './abortable';
export type { JobOptions, Progress, Warning } from './job-options';
export { ownTurn } from './own-turn';
export { Pace, type Speed } from './pace';
export { atOnce, inTurns, isSteps, type Steps } from './steps';
