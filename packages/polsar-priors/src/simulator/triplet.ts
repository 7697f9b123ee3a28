import ndarray from 'ndarray';
import { check, checkAmount, checkCount } from '../errors';
import { createImage, type Image, type Mask, planes } from '../image';
import type { Random } from '../random';
import { addBrightPoints, bandGains } from './bright-points';
import type { Scene } from './scene';
import { smoothField } from './smooth-field';
import { averageLooks, bandLimit, randomScatterers, type SpeckleOptions, singleLooks } from './speckle';

export interface TripletOptions extends SpeckleOptions {
  scene: Scene;
  /** Number of further acquisitions of the target's reflectivity, with independent speckle. Default 1. */
  references?: number;
  /** Whether to compute the noise-free limit of the references too. Default false. */
  noiseFreeReference?: boolean;
  /** Share of the fields that differ by 2–10 dB at the previous date, the next, or both. Default 0.1. */
  changed?: number;
  /**
   * Standard deviation in dB of the drift of each field between dates, and maximum amplitude of a smooth drift across
   * fields. Default 0.5.
   */
  drift?: number;
  /** Maximum difference in dB of the mean backscatter of an adjacent date, as after rain or frost. Default 0. */
  weather?: number;
  /**
   * Whether references share the target's temporally coherent speckle, as acquisitions of other dates do; otherwise all
   * their speckle is independent. Default false.
   */
  persistent?: boolean;
  /** Bright points at each date that are present at that date only, such as ships. Default 0. */
  transients?: number;
  /** Further dates before the previous and after the next one, each. Default 0. */
  further?: number;
  /**
   * Number of dates, 1 or more, whole or not, whose mean each date but the target is: its speckle is less by the square root
   * of this number, except where it is coherent between dates. Default 1.
   */
  datesEach?: number;
  /** Total number of discs of 1–20 pixels radius that are 2–12 dB brighter or darker at one date only. Default 0. */
  spots?: number;
}

/** Speckled covariances [4, rows, cols] of one scene, and its truth. */
export interface SimulatedTriplet {
  target: Image;
  previous: Image;
  next: Image;
  /** Further dates before the previous and after the next one, the nearest first. */
  earlier: Image[];
  later: Image[];
  /** Further acquisitions of the target's reflectivity. */
  references: Image[];
  /** The target without speckle, at the resolution of the speckled images, with as many bands as the scene. */
  truth: Image;
  /** Expected value of the references: the truth, with temporally coherent speckle where it is persistent. */
  noiseFreeReference?: Image;
  /** 1 where an adjacent date differs from the target by more than drift. */
  changes: Mask;
}

/**
 * Three dates of a scene. The adjacent dates drift and change; in coherent fields, such as built-up land, their speckle is
 * correlated with the target's.
 *
 * @throws PolsarError `InvalidArgument` for an option out of its range.
 */
export function simulateTriplet(options: TripletOptions): SimulatedTriplet {
  checkOptions(options);
  const { random, scene, looks = 1, correlation = {}, noise, transients = 0, spots = 0 } = options;
  const { references = 1, persistent = false, further = 0, datesEach = 1 } = options;
  const [, rows, cols] = scene.reflectivity.shape;
  const changes: Mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
  const unchanged = { reflectivity: withGains(scene, () => [0, 0]), coherence: scene.coherence };
  const steps = drawSteps(options);
  const dates = [unchanged, ...steps.map((side) => adjacentDate(options, side, changes))];
  for (let n = 0; n < further; n++) {
    for (const side of steps) {
      // A change lasts for some of the dates.
      const lasting = side.map((step) => (step !== 0 && random.chance(0.5) ? step : 0));
      dates.push(adjacentDate(options, lasting, changes));
    }
  }
  const inputs = dates.length;
  for (const { reflectivity } of dates) {
    const corners = Array.from({ length: transients }, () => random.integer(0, rows * cols - 1));
    for (const pixel of addBrightPoints(reflectivity, corners, random)) changes.data[pixel] = 1;
  }
  for (let n = 0; n < spots; n++) addSpot(random.pick(dates).reflectivity, random, changes);
  const { reflectivity } = dates[0];
  const noCoherence = new Float32Array(scene.fieldCount);
  for (let n = 0; n < references; n++)
    dates.push({ reflectivity, coherence: persistent ? scene.coherence : noCoherence });
  const images: Image[][] = dates.map(() => []);
  const truth = bandLimit(reflectivity, correlation, noise);
  const [coherent, incoherent] =
    options.noiseFreeReference && persistent ? splitByCoherence(scene, reflectivity) : [];
  const [singleLook, coherentLook] = [singleLooks(options), singleLooks({ random, correlation })];
  const coherentLooks: Image[] = [];
  for (let n = 0; n < looks; n++) {
    const own = randomScatterers(random, rows, cols);
    if (coherent) coherentLooks.push(coherentLook(coherent, own));
    dates.forEach(({ reflectivity, coherence }, date) => {
      const scatterers = date === 0 ? own : coherentScatterers(scene, coherence, own, random);
      images[date].push(singleLook(reflectivity, scatterers));
    });
  }
  const means = images.map((date) => averageLooks(looks, () => date.pop() as Image));
  if (datesEach > 1) {
    for (let date = 1; date < inputs; date++) {
      const { reflectivity, coherence } = dates[date];
      const shares = coherence.map((g) => g ** 2 + (1 - g ** 2) / Math.sqrt(datesEach));
      reduceSpeckle(means[date], bandLimit(reflectivity, correlation, noise), scene.fields, shares);
    }
  }
  const [target, previous, next, ...others] = means.splice(0, inputs);
  const triplet = {
    ...{ target, previous, next, truth, changes, references: means },
    earlier: others.filter((_, n) => n % 2 === 0),
    later: others.filter((_, n) => n % 2 === 1),
  };
  if (!options.noiseFreeReference) return triplet;
  if (!incoherent) return { ...triplet, noiseFreeReference: truth };
  const noiseFreeReference = averageLooks(looks, () => coherentLooks.pop() as Image);
  addInPlace(noiseFreeReference, bandLimit(incoherent, correlation, noise));
  return { ...triplet, noiseFreeReference };
}

function checkOptions({ changed = 0.1, looks = 1, datesEach = 1, ...options }: TripletOptions): void {
  const where = 'simulateTriplet';
  check(changed >= 0 && changed <= 1, where, 'changed as a share in [0, 1]', changed);
  for (const name of ['drift', 'weather', 'noise'] as const) checkAmount(options[name] ?? 0, where, name);
  for (const name of ['references', 'transients', 'further', 'spots'] as const)
    checkCount(options[name] ?? 0, 0, where, name);
  checkCount(looks, 1, where, 'looks');
  check(datesEach >= 1 && Number.isFinite(datesEach), where, 'datesEach as a finite number ≥ 1', datesEach);
}

/** The reflectivity of scatterers that are coherent between dates, and of the others; nothing where none are coherent. */
function splitByCoherence({ fields, coherence }: Scene, reflectivity: Image): [Image, Image] | [] {
  if (coherence.every((g) => g === 0)) return [];
  const [bands, rows, cols] = reflectivity.shape;
  const [coherent, incoherent] = [createImage(bands, rows, cols), createImage(bands, rows, cols)];
  const size = rows * cols;
  reflectivity.data.forEach((value, i) => {
    coherent.data[i] = coherence[fields[i % size]] ** 2 * value;
    incoherent.data[i] = value - coherent.data[i];
  });
  return [coherent, incoherent];
}

/** Adds an image of as many bands or fewer to another. */
function addInPlace(image: Image, other: Image): void {
  other.data.forEach((value, i) => {
    image.data[i] += value;
  });
}

/** Leaves a share of each field's deviation from its expected value, in place. */
function reduceSpeckle(image: Image, expected: Image, fields: Scene['fields'], shares: Float32Array): void {
  expected.data.forEach((value, i) => {
    image.data[i] = value + shares[fields[i % fields.length]] * (image.data[i] - value);
  });
}

/** Change in dB of each field from the target to the previous and to the next date. */
function drawSteps({ random, scene, changed = 0.1 }: TripletOptions): [Float32Array, Float32Array] {
  const steps: [Float32Array, Float32Array] = [
    new Float32Array(scene.fieldCount),
    new Float32Array(scene.fieldCount),
  ];
  for (let field = 0; field < scene.fieldCount; field++) {
    if (!random.chance(changed)) continue;
    const step = random.uniform(2, 10) * random.pick([-1, 1]);
    for (const date of random.pick([[0], [1], [0, 1]])) steps[date][field] = step;
  }
  return steps;
}

/** The scene at another date: all fields drift, some change and lose their coherence; pixels of these are marked. */
function adjacentDate(options: TripletOptions, steps: Float32Array, changes: Mask) {
  const { random, scene, drift = 0.5, weather = 0 } = options;
  const [, rows, cols] = scene.reflectivity.shape;
  const [level, cross] = weather ? [random.uniform(-weather, weather), random.uniform(0.5, 1.5)] : [0, 0];
  for (let i = 0; i < scene.fields.length; i++) if (steps[scene.fields[i]] !== 0) changes.data[i] = 1;
  const reflectivity = withGains(scene, (field) => {
    const common = steps[field] + drift * random.normal();
    return [common + level, common + 0.5 * drift * random.normal() + level * cross];
  });
  const strength = drift * random.uniform();
  const smooth = smoothField(rows, cols, Math.min(rows, cols) * random.uniform(0.02, 0.2), random);
  const factors = smooth.map((value) => 10 ** ((strength * value) / 10));
  for (const plane of planes(reflectivity)) for (let i = 0; i < plane.length; i++) plane[i] *= factors[i];
  return { reflectivity, coherence: scene.coherence.map((g, field) => (steps[field] === 0 ? g : 0)) };
}

/** Brightens or darkens a disc, in place, and marks its pixels. */
function addSpot(reflectivity: Image, random: Random, changes: Mask): void {
  const [, rows, cols] = reflectivity.shape;
  const [y, x] = [random.uniform(0, rows), random.uniform(0, cols)];
  const radius = 20 ** random.uniform();
  const step = random.uniform(2, 12) * random.pick([-1, 1]);
  const gains = bandGains(step, step * random.uniform(0.5, 1));
  const bands = planes(reflectivity);
  for (let r = Math.max(0, Math.ceil(y - radius)); r < Math.min(rows, y + radius); r++) {
    for (let c = Math.max(0, Math.ceil(x - radius)); c < Math.min(cols, x + radius); c++) {
      if (Math.hypot(r - y, c - x) > radius) continue;
      changes.data[r * cols + c] = 1;
      bands.forEach((band, b) => {
        band[r * cols + c] *= gains[b];
      });
    }
  }
}

/** The scene's reflectivity with gains in dB for the two channels of each field. */
function withGains(
  { reflectivity, fields, fieldCount }: Scene,
  gain: (field: number) => [number, number],
): Image {
  const gains = Array.from({ length: fieldCount }, (_, field) => bandGains(...gain(field)));
  const [bands, rows, cols] = reflectivity.shape;
  const result = createImage(bands, rows, cols);
  const inputs = planes(reflectivity);
  planes(result).forEach((output, b) => {
    const factors = Float64Array.from(gains, (bandFactors) => bandFactors[b]);
    for (let i = 0; i < output.length; i++) output[i] = inputs[b][i] * factors[fields[i]];
  });
  return result;
}

/** Scatterers whose correlation with `other` is the coherence of each field. */
function coherentScatterers({ fields }: Scene, coherence: Float32Array, other: Image, random: Random): Image {
  const [, rows, cols] = other.shape;
  const result = randomScatterers(random, rows, cols);
  const size = rows * cols;
  for (let i = 0; i < result.data.length; i++) {
    const g = coherence[fields[i % size]];
    if (g > 0) result.data[i] = g * other.data[i] + Math.sqrt(1 - g * g) * result.data[i];
  }
  return result;
}
