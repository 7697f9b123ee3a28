import { encode, type InputTransform } from '@mtpi/model';
import {
  averageLooks,
  boxcar,
  haAlpha,
  type Image,
  type Mask,
  Random,
  type SpeckleCorrelation,
  sceneFromReflectivity,
  sentinel1Swaths,
  simulateScene,
  simulateTriplet,
  withPolarimetricCorrelation,
} from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { type Batch, type BatchSource, emptyBatch, sampleOf } from './batch';

export interface SimulatedBatchesOptions {
  /** Samples in a batch. */
  batch: number;
  /** Rows and columns of a sample. */
  patch: number;
  seed: number;
  transform: InputTransform;
  /** Window of the average that H, A and α are taken from. Default 5. */
  window?: number;
  /**
   * What predictions are compared with: the mean of further acquisitions of the target's date, or what the mean of ever
   * more of them tends to. Default 'acquisitions'.
   */
  reference?: 'acquisitions' | 'limit';
  /** Looks that the reference has at least, by the mean of as many acquisitions as it takes. Default 4. */
  referenceLooks?: number;
  /** A sample counts as much as its looks to this power. Default 0. */
  looksWeight?: number;
  /** Weight in the loss of pixels that change between the dates. Default 1. */
  changeWeight?: number;
  /**
   * Draws the clean intensities of a sample, [2, patch, patch], such as a part of a long-averaged image. Default:
   * simulated landscapes.
   */
  reflectivity?: (random: Random) => Image | Promise<Image>;
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
  constructor(private readonly options: SimulatedBatchesOptions) {}

  async batch(index: number): Promise<Batch> {
    const { batch, patch, seed, changeWeight = 1, looksWeight = 0 } = this.options;
    const random = new Random(seed, index);
    const result = emptyBatch(batch, patch);
    const { target, previous, next, reference, phase, mask } = result;
    for (let b = 0; b < batch; b++) {
      const product = drawProduct(random);
      phase.data[b] = product.phase ? 1 : 0;
      const sample = await this.drawSample(product, random);
      const weight = product.looks ** looksWeight;
      const weights = sampleOf(mask, b);
      sample.changes.data.forEach((changed, i) => {
        weights[i] = changed ? weight * changeWeight : weight;
      });
      [target, previous, next, reference].forEach((tensor, i) => {
        const image = sample.images[i];
        this.encodeInto(sampleOf(tensor, b), product.phase ? image : image.hi(2));
      });
    }
    return result;
  }

  /** Target, previous, next and reference, each [4, patch, patch], and where something changes between the dates. */
  private async drawSample(
    { looks, correlation, phase }: Product,
    random: Random,
  ): Promise<{ images: Image[]; changes: Mask }> {
    const { patch, reflectivity, reference = 'acquisitions', referenceLooks = 4 } = this.options;
    const scene = reflectivity
      ? withPolarimetricCorrelation(sceneFromReflectivity(await reflectivity(random), random), random)
      : simulateScene({ rows: patch, cols: patch, random });
    const triplet = simulateTriplet({
      random,
      scene,
      looks,
      correlation,
      references: reference === 'limit' ? 0 : Math.ceil(referenceLooks / looks),
      noiseFreeReference: reference === 'limit',
      // An averaged product shows what stays over cities as detail of the scene.
      persistent: !phase,
      changed: random.uniform(0, 0.4),
      drift: random.uniform(0.1, 1.2),
      weather: random.chance(0.3) ? 6 : 0,
      noise: 10 ** (random.uniform(-40, -23) / 10),
      transients: random.chance(0.3) ? random.integer(1, 4) : 0,
      spots: random.chance(0.7) ? random.integer(1, 10) : 0,
    });
    const { target, previous, next, references, noiseFreeReference, changes } = triplet;
    const compared = noiseFreeReference ?? averageLooks(references.length, () => references.pop() as Image);
    return { images: [target, previous, next, compared], changes };
  }

  private encodeInto(out: Float32Array, image: Image): void {
    const { patch, transform, window = 5 } = this.options;
    const mask: Mask = ndarray(new Uint8Array(patch * patch).fill(1), [patch, patch]);
    encode(transform, image, haAlpha(boxcar(image, window)), mask, out);
  }
}

function drawProduct(random: Random): Product {
  const swath = sentinel1Swaths[random.pick(['IW1', 'IW2', 'IW3'] as const)];
  if (random.chance(0.3)) return { looks: 1, correlation: swath, phase: true };
  // Multilooks are nearly white; products on a map, GRD most of all, have up to three pixels in a resolution cell.
  const band = { bandwidth: random.uniform(0.3, 1), alpha: 0.75 };
  const correlation = random.chance(0.7) ? { range: band, azimuth: band } : {};
  const looks = Math.round(2 ** random.uniform(0, 4));
  return { looks, correlation, phase: random.chance(0.35) };
}
