import { encode, type InputTransform } from '@mtpi/model';
import { boxcar, haAlpha, type Image, type Mask, Random, type Window } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { type Batch, type BatchSource, emptyBatch, sampleOf } from '../batch';
import { TrainError } from '../errors';
import { timeMean, validInAll } from '../masked-images';
import type { Stack } from './stack';
import { arrange, drawSymmetry, type Symmetry } from './symmetry';
import { unchangedIncoherentPixels } from './unchanged-pixels';

/** Share of a sample's pixels that has to count in the loss, and how many windows are tried for it. */
const LEAST_SHARE = 0.3;
const ATTEMPTS = 100;
/** Of an image's height, the part at its lower end that validation has for itself. */
const VALIDATION_SHARE = 1 / 8;

export interface AcquiredBatchesOptions {
  /** Samples in a batch. */
  batch: number;
  /** Rows and columns of a sample. */
  patch: number;
  seed: number;
  transform: InputTransform;
  /** Window of the average that H, A and α are taken from. Default 5. */
  window?: number;
  /**
   * Rows that samples are drawn from: the lower eighth (but not less than a patch) is for validation, the rest for
   * training. An image too low for both serves both. Default: all rows.
   */
  part?: 'training' | 'validation';
  /** Dates that the reference is the mean of, where there are as many. Default 1. */
  references?: number;
  /**
   * Pixels that are compared: those unchanged and incoherent (see `comparablePixels`), or all valid ones, where the
   * reference is the mean of so many dates that what is different at one of them hardly counts. Default 'comparable'.
   */
  compared?: 'comparable' | 'valid';
  /** A sample counts as much as its looks to this power. Default 0. */
  looksWeight?: number;
}

/** Images of a sample, all of one window and with the mask of pixels valid in each. */
interface Sample {
  inputs: [target: MaskedImage, previous: MaskedImage, next: MaskedImage];
  reference: MaskedImage;
  /** Weight in the loss of pixels that can be compared. */
  weight: number;
  phase: boolean;
  symmetry: Symmetry;
}

/**
 * Samples of acquisitions: a window of a place at random, three dates as inputs and others as reference (see
 * `combinations`), turned and mirrored at random, previous and next date swapped at random. By default, pixels of a
 * reference that are not independent of the target, or show something else, don't count. Only windows are read.
 */
export class AcquiredBatches implements BatchSource {
  /** @throws TrainError `UnusableData` where a place is smaller than a patch. */
  constructor(
    private readonly places: readonly Stack[],
    private readonly options: AcquiredBatchesOptions,
  ) {
    const { patch } = options;
    for (const { name, dates } of places) {
      const [{ width, height }] = dates;
      if (Math.min(width, height) < patch) {
        const found = `${width} × ${height}`;
        throw new TrainError(
          'UnusableData',
          `${name}: expected at least ${patch} × ${patch} pixels, found ${found}`,
        );
      }
    }
  }

  /** @throws TrainError `UnusableData` where hardly any pixel of the places can be compared; SarIoError. */
  async batch(index: number): Promise<Batch> {
    const { batch: samples, patch, seed } = this.options;
    const random = new Random(seed, index);
    const batch = emptyBatch(samples, patch);
    for (let b = 0; b < samples; b++) this.put(await this.draw(random), batch, b);
    return batch;
  }

  private async draw(random: Random): Promise<Sample> {
    const { references = 1, compared = 'comparable', looksWeight = 0 } = this.options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const place = random.pick(this.places);
      const drawn = random.pick(place.combinations);
      const window = this.drawWindow(place, random);
      const swapped = random.chance(0.5);
      const rest = [...drawn.references];
      while (rest.length > references) rest.splice(random.integer(0, rest.length - 1), 1);
      const [target, previous, next, ...others] = await Promise.all(
        [drawn.target, drawn.previous, drawn.next, ...rest].map((date) => place.dates[date].read(window)),
      );
      const reference = timeMean(
        others.map(({ image, mask: own }) => {
          const mask = validInAll([target.mask, previous.mask, next.mask, own]);
          if (compared === 'valid') return { image, mask };
          return { image, mask: unchangedIncoherentPixels(target.image, image, mask, place.looks) };
        }),
      );
      const { data } = reference.mask;
      if (data.reduce((a, v) => a + v, 0) < LEAST_SHARE * data.length) continue;
      return {
        inputs: swapped ? [target, next, previous] : [target, previous, next],
        reference,
        weight: place.looks ** looksWeight,
        phase: place.dates[0].polarimetry === 'covariance',
        symmetry: drawSymmetry(random),
      };
    }
    throw new TrainError(
      'UnusableData',
      `${this.places.map(({ name }) => name).join(', ')}: expected windows with ${LEAST_SHARE * 100} % of pixels valid` +
        `${compared === 'valid' ? '' : ', unchanged and incoherent between target and reference'}, ` +
        `found none in ${ATTEMPTS} at random`,
    );
  }

  private drawWindow({ dates: [{ width, height }] }: Stack, random: Random): Window {
    const { patch, part } = this.options;
    const validation = Math.max(patch, Math.round(height * VALIDATION_SHARE));
    const divided = part !== undefined && height - validation >= patch;
    const first = divided && part === 'validation' ? height - validation : 0;
    const end = divided && part === 'training' ? height - validation : height;
    const x = random.integer(0, width - patch);
    return { x, y: random.integer(first, end - patch), width: patch, height: patch };
  }

  /** Writes a sample as number `b` of a batch. */
  private put({ inputs, reference, weight, phase, symmetry }: Sample, batch: Batch, b: number): void {
    const { patch } = this.options;
    const images = [batch.target, batch.previous, batch.next, batch.reference];
    [...inputs, reference].forEach((image, i) => {
      this.encodeInto(sampleOf(images[i], b), image, symmetry);
    });
    const compared = arrange(reference.mask.data, patch, symmetry);
    sampleOf(batch.mask, b).set(Float32Array.from(compared, (counts) => counts * weight));
    batch.phase.data[b] = phase ? 1 : 0;
  }

  private encodeInto(out: Float32Array, masked: MaskedImage, symmetry: Symmetry): void {
    const { patch, transform, window = 5 } = this.options;
    const image: Image = ndarray(arrange(masked.image.data, patch, symmetry), masked.image.shape);
    const mask: Mask = ndarray(arrange(masked.mask.data, patch, symmetry), masked.mask.shape);
    encode(transform, image, haAlpha(boxcar(image, window, mask), mask), mask, out);
  }
}
