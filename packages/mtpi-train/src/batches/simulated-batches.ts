import {
  averageLooks,
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
import { aggregatesOf } from './aggregates';
import { type Batch, type BatchSource, emptyBatch, sampleOf, setSample } from './batch';

export interface SimulatedBatchesOptions {
  /** Samples in a batch. */
  batch: number;
  /** Rows and columns of a sample. */
  patch: number;
  seed: number;
  /**
   * 'speckled': the reference is the mean of further acquisitions of the target's date. 'noiseFree': it is the noise-free
   * limit of that mean, which has the same minimum and gradients of far less noise. Default 'speckled'.
   */
  reference?: 'speckled' | 'noiseFree';
  /** Minimum number of looks of a speckled reference. Default 4. */
  referenceLooks?: number;
  /** Exponent of the looks by which samples are weighted. Default 0. */
  looksWeight?: number;
  /** Loss weight of pixels that change between the dates. Default 1. */
  changeWeight?: number;
  /**
   * Maximum number of dates on each side of the target: half of the samples have one, the others up to this number,
   * averaged as for the despeckling of a stack (`TemporalAggregates`). Default 1.
   */
  dates?: number;
  /**
   * Draws the speckle-free intensities of a sample, [2, patch, patch], such as a window of a time mean. Default:
   * simulated landscapes.
   */
  reflectivity?: (random: Random) => Image | Promise<Image>;
}

/** Most dates on each side that are simulated: of more dates, each stands for several, with as much less speckle. */
const MOST_GROUPS = 4;

/** Properties of a kind of product. */
interface ImageType {
  looks: number;
  correlation: SpeckleCorrelation;
  /** Whether it has C12. */
  phase: boolean;
}

/**
 * Simulated triplets of single-look, multilooked and intensity products, a new landscape for each sample. The
 * speckle of the reference is independent of all inputs.
 */
export class SimulatedBatches implements BatchSource {
  constructor(private readonly options: SimulatedBatchesOptions) {}

  async batch(index: number): Promise<Batch> {
    const { batch, patch, seed, changeWeight = 1, looksWeight = 0 } = this.options;
    const random = new Random(seed, index);
    const result = emptyBatch(batch, patch);
    const { target, previous, next, reference, phase, lossWeight } = result;
    const mask: Mask = ndarray(new Uint8Array(patch * patch).fill(1), [patch, patch]);
    for (let b = 0; b < batch; b++) {
      const imageType = drawImageType(random);
      phase.data[b] = imageType.phase ? 1 : 0;
      const sample = await this.drawSample(imageType, random);
      const weight = imageType.looks ** looksWeight;
      const weights = sampleOf(lossWeight, b);
      sample.changes.data.forEach((changed, i) => {
        weights[i] = changed ? weight * changeWeight : weight;
      });
      [target, previous, next, reference].forEach((images, i) => {
        const image = sample.images[i];
        setSample(images, b, { image: imageType.phase ? image : image.hi(2), mask });
      });
    }
    return result;
  }

  /** Target, previous, next and reference, each [4, patch, patch], and a mask of changes between the dates. */
  private async drawSample(
    { looks, correlation, phase }: ImageType,
    random: Random,
  ): Promise<{ images: Image[]; changes: Mask }> {
    const { patch, reflectivity, reference = 'speckled', referenceLooks = 4, dates = 1 } = this.options;
    const scene = reflectivity
      ? withPolarimetricCorrelation(sceneFromReflectivity(await reflectivity(random), random), random)
      : simulateScene({ rows: patch, cols: patch, random });
    const count = dates > 1 && random.chance(0.5) ? Math.round(2 ** random.uniform(1, Math.log2(dates))) : 1;
    const groups = Math.min(count, MOST_GROUPS);
    const triplet = simulateTriplet({
      random,
      scene,
      looks,
      correlation,
      references: reference === 'noiseFree' ? 0 : Math.ceil(referenceLooks / looks),
      noiseFreeReference: reference === 'noiseFree',
      // An averaged product of a city shows its temporally coherent speckle as detail of the scene.
      persistent: !phase,
      changed: random.uniform(0, 0.4),
      drift: random.uniform(0.1, 1.2),
      weather: random.chance(0.3) ? 6 : 0,
      noise: 10 ** (random.uniform(-40, -23) / 10),
      transients: random.chance(0.3) ? random.integer(1, 4) : 0,
      spots: random.chance(0.7) ? random.integer(1, 10) : 0,
      further: groups - 1,
      datesEach: count / groups,
    });
    const { target, previous, next, earlier, later, references, noiseFreeReference, changes } = triplet;
    const mean = noiseFreeReference ?? averageLooks(references.length, () => references.pop() as Image);
    if (groups === 1) return { images: [target, previous, next, mean], changes };
    const known = (image: Image) => ({ image: phase ? image : image.hi(2) });
    const [before, after] = [[previous, ...earlier].map(known), [next, ...later].map(known)];
    const sides = aggregatesOf(known(target), before, after).map(({ image }) => image);
    return { images: [target, ...sides, mean], changes };
  }
}

function drawImageType(random: Random): ImageType {
  const swath = sentinel1Swaths[random.pick(['IW1', 'IW2', 'IW3'] as const)];
  if (random.chance(0.3)) return { looks: 1, correlation: swath, phase: true };
  // Multilooks are nearly white; map products, GRD above all, have up to three pixels per resolution cell.
  const band = { bandwidth: random.uniform(0.3, 1), alpha: 0.75 };
  const correlation = random.chance(0.7) ? { range: band, azimuth: band } : {};
  const looks = Math.round(2 ** random.uniform(0, 4));
  return { looks, correlation, phase: random.chance(0.35) };
}
