import type { Progress } from './job-options';

/** How fast a stage of a job is. */
export interface Speed {
  /** Seconds since the stage began. */
  seconds: number;
  secondsLeft?: number;
  /** Units per second. */
  rate?: number;
}

/** Speed of a stage and time left, measured from its first step on: what comes before, such as compiling, is done once. */
export class Pace {
  private stage?: string;
  private done = 0;
  private began = 0;
  private first?: { done: number; at: number };

  /** @param progress of a job, each time that it has changed. */
  of({ stage, done, total }: Progress): Speed {
    const now = performance.now();
    if (stage !== this.stage || done < this.done) {
      Object.assign(this, { stage, began: now, first: undefined });
    }
    this.done = done;
    const seconds = (now - this.began) / 1000;
    if (done > 0) this.first ??= { done, at: now };
    if (!this.first || done === this.first.done) return { seconds };
    const rate = (done - this.first.done) / ((now - this.first.at) / 1000);
    return { seconds, secondsLeft: (total - done) / rate, rate };
  }
}
