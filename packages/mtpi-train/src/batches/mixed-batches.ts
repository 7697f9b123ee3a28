import { Random } from '@mtpi/polsar-priors';
import type { Batch, BatchSource } from './batch';

/** A source and its share of the batches, relative to the shares of the others. */
export interface MixedSource {
  source: BatchSource;
  /** Positive. */
  share: number;
}

/** Batches of several sources, drawn at random in proportion to their shares. Each batch is of one source. */
export class MixedBatches implements BatchSource {
  constructor(
    private readonly sources: readonly MixedSource[],
    private readonly seed: number,
  ) {}

  batch(index: number): Promise<Batch> {
    const total = this.sources.reduce((sum, { share }) => sum + share, 0);
    let remainder = new Random(this.seed, index).uniform(0, total);
    const drawn = this.sources.find(({ share }) => {
      remainder -= share;
      return remainder < 0;
    });
    return (drawn ?? this.sources[this.sources.length - 1]).source.batch(index);
  }
}
