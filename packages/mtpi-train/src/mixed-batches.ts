import { Random } from '@mtpi/polsar-priors';
import type { Batch, BatchSource } from './batch';

/** A source, and how often it is drawn relative to the others. */
export interface MixedSource {
  source: BatchSource;
  /** Positive. */
  share: number;
}

/** Batches of several sources, each drawn at random by its share. A batch is of one source. */
export class MixedBatches implements BatchSource {
  constructor(
    private readonly sources: readonly MixedSource[],
    private readonly seed: number,
  ) {}

  batch(index: number): Promise<Batch> {
    const total = this.sources.reduce((sum, { share }) => sum + share, 0);
    let rest = new Random(this.seed, index).uniform(0, total);
    const drawn = this.sources.find(({ share }) => {
      rest -= share;
      return rest < 0;
    });
    return (drawn ?? this.sources[this.sources.length - 1]).source.batch(index);
  }
}
