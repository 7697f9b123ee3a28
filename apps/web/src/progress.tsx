import { useEffect, useRef } from 'preact/hooks';

/** Current stage of the worker. */
export interface Work {
  stage: 'reading' | 'loading' | 'running';
  done: number;
  total: number;
  /** When the first tile began, in milliseconds of `performance.now`. */
  since: number;
}

interface ProgressProps {
  work: Work;
  onCancel(): void;
}

/** Current stage of the worker, its progress and the time left. */
export function Progress({ work: { stage, done, total, since }, onCancel }: ProgressProps) {
  const button = useRef<HTMLButtonElement>(null);
  // The button that started the work is gone, and the focus with it.
  useEffect(() => button.current?.focus(), []);
  const left = done > 0 ? ((performance.now() - since) * (total - done)) / done : undefined;
  const text = {
    reading: 'Reading the images',
    loading: 'Loading the neural network, 5 to 8 MB on the first visit',
    running: `${done} of ${total} tiles done`,
  }[stage];
  return (
    <section class="progress" aria-label="Progress">
      <p>
        {text}
        {left !== undefined && done < total && `, about ${duration(left)} left`}
      </p>
      <p class="hidden" role="status">
        {stage === 'running' ? 'Despeckling' : text}
      </p>
      <progress max={total || 1} value={stage === 'running' ? done : undefined} aria-label={text} />
      <button type="button" ref={button} onClick={onCancel}>
        Cancel
      </button>
    </section>
  );
}

function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
