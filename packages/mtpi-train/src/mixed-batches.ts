import { Random } from '@mtpi/polsar-priors';
import type { Batch, BatchSource } from './batch';

/** A source, and how often it is drawn relative to the others. */
export interface MixedSource {
  source: BatchSource;
  /** Positive. */
  share: number;
}

interface MixedState {
  random: number[];
  sources: unknown[];
}

/** Batches of several sources, each drawn at random by its share. A batch is of one source. */
export class MixedBatches implements BatchSource {
  private readonly random: Random;

  constructor(
    private readonly sources: readonly MixedSource[],
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  next(): Batch | Promise<Batch> {
    const total = this.sources.reduce((sum, { share }) => sum + share, 0);
    let rest = this.random.uniform(0, total);
    const drawn = this.sources.find(({ share }) => {
      rest -= share;
      return rest < 0;
    });
    return (drawn ?? this.sources[this.sources.length - 1]).source.next();
  }

  save(): MixedState {
    return { random: this.random.save(), sources: this.sources.map(({ source }) => source.save()) };
  }

  restore(state: unknown): void {
    const { random, sources } = state as MixedState;
    this.random.restore(random);
    this.sources.forEach(({ source }, i) => {
      source.restore(sources[i]);
    });
  }
}
