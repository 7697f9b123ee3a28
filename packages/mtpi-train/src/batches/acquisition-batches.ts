import { mirrorInvalid } from '@mtpi/model';
import { type Image, intersectMasks, type Mask, maskedTemporalMean, Random } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { TrainError } from '../errors';
import { drawWindow, type StackPart } from '../stack/draw-window';
import type { Noise2NoiseSample } from '../stack/noise2noise-references';
import type { Stack } from '../stack/stack';
import { arrange, drawSymmetry, type Symmetry } from '../stack/symmetry';
import { unchangedIncoherentPixels } from '../stack/unchanged-pixels';
import { aggregatesOf } from './aggregates';
import { type Batch, type BatchSource, emptyBatch, sampleOf, setSample } from './batch';

/** Minimum share of a sample's pixels that count in the loss, and number of windows tried to find such a sample. */
const LEAST_SHARE = 0.3;
const ATTEMPTS = 100;

export interface AcquisitionBatchesOptions {
  /** Samples in a batch. */
  batch: number;
  /** Rows and columns of a sample. */
  patch: number;
  seed: number;
  /** Rows that samples are drawn from. Default: all. */
  part?: StackPart;
  /** Number of dates that the reference is the mean of, where there are as many. Default 1. */
  references?: number;
  /**
   * Maximum number of dates on each side of the target: half of the samples have one, the others up to this number,
   * averaged as for the despeckling of a stack (`TemporalAggregates`). Default 1.
   */
  dates?: number;
  /**
   * 'unchanged': pixels that are unchanged and incoherent between target and reference count in the loss (see
   * `unchangedIncoherentPixels`). 'valid': all valid ones, for means of so many dates that changes at one of them hardly
   * matter. Default 'unchanged'.
   */
  lossMask?: 'unchanged' | 'valid';
  /** Exponent of the looks by which samples are weighted. Default 0. */
  looksWeight?: number;
}

/** Images of one window. */
interface Sample {
  /** Target, previous and next as the network sees them in prediction. */
  inputs: readonly MaskedImage[];
  /** Valid where it counts in the loss. */
  reference: MaskedImage;
  weight: number;
  phase: boolean;
  symmetry: Symmetry;
}

/**
 * Samples of acquisitions: a random window of a stack, three dates as inputs and others as reference (see
 * `noise2NoiseSamples`), with random rotation and reflection, and with previous and next date swapped at random. Only
 * windows are read.
 */
export class AcquisitionBatches implements BatchSource {
  /** @throws TrainError `UnusableData` if a stack is smaller than a patch. */
  constructor(
    private readonly stacks: readonly Stack[],
    private readonly options: AcquisitionBatchesOptions,
  ) {
    const { patch } = options;
    for (const { name, dates } of stacks) {
      const [{ width, height }] = dates;
      if (Math.min(width, height) < patch) {
        throw new TrainError('UnusableData', {
          path: name,
          expected: `at least ${patch} × ${patch} pixels`,
          found: `${width} × ${height}`,
          hint: 'reduce the patch size',
        });
      }
    }
  }

  /** @throws TrainError `UnusableData` if hardly any pixel of the stacks counts in the loss; SarIoError. */
  async batch(index: number): Promise<Batch> {
    const { batch: samples, patch, seed } = this.options;
    const random = new Random(seed, index);
    const batch = emptyBatch(samples, patch);
    for (let b = 0; b < samples; b++) this.put(await this.draw(random), batch, b);
    return batch;
  }

  private async draw(random: Random): Promise<Sample> {
    const { patch, part, references = 1, dates = 1, lossMask = 'unchanged', looksWeight = 0 } = this.options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stack = random.pick(this.stacks);
      const drawn = random.pick(stack.samples);
      const window = drawWindow(stack, patch, random, part);
      const swapped = random.chance(0.5);
      const count = dates > 1 && random.chance(0.5) ? random.integer(2, dates) : 1;
      const { before, after } = sidesOf(drawn, count, stack.dates.length);
      const chosen = drawn.references.filter((date) => !before.includes(date) && !after.includes(date));
      if (chosen.length === 0) continue;
      while (chosen.length > references) chosen.splice(random.integer(0, chosen.length - 1), 1);
      const read = (indices: number[]) => Promise.all(indices.map((date) => stack.dates[date].read(window)));
      const [[target], earlier, later, others] = await Promise.all(
        [[drawn.target], before, after, chosen].map(read),
      );
      const [previous, next] = count > 1 ? aggregatesOf(target, earlier, later) : [earlier[0], later[0]];
      const reference = maskedTemporalMean(
        others.map(({ image, mask: own }) => {
          const mask = intersectMasks([target.mask, previous.mask, next.mask, own]);
          if (lossMask === 'valid') return { image, mask };
          return { image, mask: unchangedIncoherentPixels(target.image, image, mask, stack.looks) };
        }),
      );
      const { data } = reference.mask;
      if (data.reduce((a, v) => a + v, 0) < LEAST_SHARE * data.length) continue;
      return {
        inputs: mirrorInvalid(swapped ? [target, next, previous] : [target, previous, next]),
        reference,
        weight: stack.looks ** looksWeight,
        phase: stack.dates[0].polarimetry === 'covariance',
        symmetry: drawSymmetry(random),
      };
    }
    const unchanged = lossMask === 'valid' ? '' : ', unchanged and incoherent between target and reference';
    throw new TrainError('UnusableData', {
      path: this.stacks.map(({ name }) => name).join(', '),
      expected: `windows with ${LEAST_SHARE * 100} % of pixels valid${unchanged}`,
      found: `none in ${ATTEMPTS} at random`,
    });
  }

  /** Writes a sample into a batch at index `b`. */
  private put({ inputs, reference, weight, phase, symmetry }: Sample, batch: Batch, b: number): void {
    const { patch } = this.options;
    const arranged = [...inputs, reference].map(({ image, mask }) => ({
      image: ndarray(arrange(image.data, patch, symmetry), image.shape) as Image,
      mask: ndarray(arrange(mask.data, patch, symmetry), mask.shape) as Mask,
    }));
    const images = [batch.target, batch.previous, batch.next, batch.reference];
    images.forEach((image, i) => setSample(image, b, arranged[i]));
    const counts = arranged[3].mask.data;
    sampleOf(batch.lossWeight, b).set(Float32Array.from(counts, (count) => count * weight));
    batch.phase.data[b] = phase ? 1 : 0;
  }
}

/** The dates before and after the target, up to a number each, the nearest first. */
function sidesOf({ target, previous, next }: Noise2NoiseSample, count: number, dates: number) {
  const further = Array.from({ length: count - 1 }, (_, i) => i + 2);
  return {
    before: [previous, ...further.map((step) => target - step).filter((date) => date >= 0)],
    after: [next, ...further.map((step) => target + step).filter((date) => date < dates)],
  };
}
