import type { TrainingResult, TrainingRunOptions } from './run';

type Report = Parameters<NonNullable<TrainingRunOptions['onStep']>>[0];

/** Losses and speed in one line. */
export function describeStep({ recentLoss, patchesPerSecond, validation }: Report): string {
  const validated = validation === undefined ? '' : `, validation ${validation.toFixed(4)}`;
  return `loss ${recentLoss.toFixed(4)}${validated}, ${patchesPerSecond.toFixed(1)} patches/s`;
}

/** What a run has reached, in one line. */
export function describeTraining({ output, step, steps, loss, best, ended }: TrainingResult): string {
  const validated = best ? `, validation ${best.loss.toFixed(4)} at step ${best.step}` : '';
  const why = ended === 'patience' ? ' (validation no longer improves)' : '';
  return `${output}: step ${step} of ${steps}${why}, loss ${loss.toFixed(4)}${validated}`;
}
