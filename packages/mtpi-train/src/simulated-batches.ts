import { CHANNELS, encode, type InputTransform } from '@mtpi/model';
import {
  boxcar,
  haAlpha,
  type Image,
  type Mask,
  Random,
  type SpeckleCorrelation,
  sceneOf,
  sentinel1Swaths,
  simulateScene,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { Batch, BatchSource } from './batch';

export interface SimulatedBatchesOptions {
  /** Samples in a batch. */
  batch: number;
  /** Rows and columns of a sample. */
  patch: number;
  seed: number;
  transform: InputTransform;
  /** Window of the average that H, A and α are taken from. Default 5. */
  window?: number;
  /** Looks that the reference has at least, by the mean of as many acquisitions as it takes. Default 4. */
  referenceLooks?: number;
  /** Weight in the loss of pixels that change between the dates. Default 1. */
  changeWeight?: number;
  /**
   * Draws the clean reflectivity of a sample, [2 or 4, rows, cols], such as a part of a long-averaged image; undefined
   * for a simulated landscape. Default: always simulated.
   */
  reflectivity?: (rows: number, cols: number, random: Random) => Image | undefined;
}

/** What a simulated acquisition looks like to a user: a kind of product. */
interface Product {
  looks: number;
  correlation: SpeckleCorrelation;
  /** Whether C12 is known. */
  phase: boolean;
}

/**
 * Simulated triplets of single-look, multilooked and intensity products, a new landscape for each sample. The reference
 * is made of further acquisitions of the target's date, speckled independently of all inputs.
 */
export class SimulatedBatches implements BatchSource {
  private readonly random: Random;

  constructor(private readonly options: SimulatedBatchesOptions) {
    this.random = new Random(options.seed);
  }

  save(): number[] {
    return this.random.save();
  }

  restore(state: unknown): void {
    this.random.restore(state as number[]);
  }

  next(): Batch {
    const { batch, patch, changeWeight = 1 } = this.options;
    const pixels = patch * patch;
    const tensor = (channels: number) => ({
      data: new Float32Array(batch * pixels * channels),
      shape: [batch, patch, patch, channels],
    });
    const images = [tensor(CHANNELS), tensor(CHANNELS), tensor(CHANNELS), tensor(CHANNELS)];
    const phase = { data: new Float32Array(batch), shape: [batch, 1, 1, 1] };
    const mask = { data: new Float32Array(batch * pixels).fill(1), shape: [batch, patch, patch, 1] };
    for (let b = 0; b < batch; b++) {
      const product = this.drawProduct();
      phase.data[b] = product.phase ? 1 : 0;
      const sample = this.drawSample(product);
      sample.changes.data.forEach((changed, i) => {
        if (changed) mask.data[b * pixels + i] = changeWeight;
      });
      sample.images.forEach((image, i) => {
        const part = images[i].data.subarray(b * pixels * CHANNELS, (b + 1) * pixels * CHANNELS);
        this.encodeInto(part, product.phase ? image : image.hi(2));
      });
    }
    const [target, previous, next, reference] = images;
    return { target, previous, next, reference, phase, mask };
  }

  private drawProduct(): Product {
    const { random } = this;
    const swath = sentinel1Swaths[random.pick(['IW1', 'IW2', 'IW3'] as const)];
    if (random.chance(0.4)) return { looks: 1, correlation: swath, phase: true };
    const weak = { bandwidth: random.uniform(0.6, 1), alpha: 0.75 };
    const correlation = random.chance(0.5) ? { range: weak, azimuth: weak } : {};
    const looks = Math.round(2 ** random.uniform(0, 4));
    return { looks, correlation, phase: random.chance(0.35) };
  }

  /** Target, previous, next and reference, each [4, patch, patch], and where something changes between the dates. */
  private drawSample({ looks, correlation, phase }: Product): { images: Image[]; changes: Mask } {
    const { random } = this;
    const { patch, reflectivity, referenceLooks = 4 } = this.options;
    const given = reflectivity?.(patch, patch, random);
    const scene = given ? sceneOf(given, random) : simulateScene({ rows: patch, cols: patch, random });
    const triplet = simulateTriplet({
      random,
      scene,
      looks,
      correlation,
      references: Math.ceil(referenceLooks / looks),
      // An averaged product shows what stays over cities as detail of the scene.
      persistent: !phase,
      changed: random.uniform(0, 0.4),
      drift: random.uniform(0.1, 1.2),
      weather: random.chance(0.3) ? 6 : 0,
      noise: 10 ** (random.uniform(-40, -23) / 10),
      transients: random.chance(0.3) ? random.integer(1, 4) : 0,
      spots: random.chance(0.7) ? random.integer(1, 10) : 0,
    });
    const [reference, ...rest] = triplet.references;
    for (const { data } of rest) for (let i = 0; i < data.length; i++) reference.data[i] += data[i];
    if (rest.length) for (let i = 0; i < reference.data.length; i++) reference.data[i] /= rest.length + 1;
    const { target, previous, next, changes } = triplet;
    return { images: [target, previous, next, reference], changes };
  }

  private encodeInto(out: Float32Array, image: Image): void {
    const { patch, transform, window = 5 } = this.options;
    const mask: Mask = ndarray(new Uint8Array(patch * patch).fill(1), [patch, patch]);
    encode(transform, image, haAlpha(boxcar(image, window)), mask, out);
  }
}
