/**
 * Options and helpers of long-running operations: progress, abort signals, and work divided into steps.
 *
 * @module
 */
export { abortable } from './abortable';
export { groupWarnings } from './group-warnings';
export type { JobOptions, Progress, Warning } from './job-options';
export { ownTurn } from './own-turn';
export { Pace, type Speed } from './pace';
export { atOnce, inTurns, isSteps, type Steps } from './steps';
