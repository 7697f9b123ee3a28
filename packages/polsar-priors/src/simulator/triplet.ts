import ndarray from 'ndarray';
import { createImage, type Image, type Mask, planes } from '../image';
import type { Random } from '../random';
import { addBrightPoints, bandGains } from './bright-points';
import type { Scene } from './scene';
import { smoothField } from './smooth-field';
import { averageLooks, bandLimit, look, randomScatterers, type SpeckleOptions } from './speckle';

export interface TripletOptions extends SpeckleOptions {
  scene: Scene;
  /** Further acquisitions of the target's date, with speckle of their own. Default 1. */
  references?: number;
  /** Whether to make their `limit` too. Default false. */
  limit?: boolean;
  /** Share of the fields that differ by 2–10 dB at the previous date, at the next, or at both. Default 0.1. */
  changed?: number;
  /**
   * Deviation in dB of each field's drift between dates, and the most that a smooth drift across fields adds to it.
   * Default 0.5.
   */
  drift?: number;
  /** The most in dB by which the level of an adjacent date as a whole differs, as after rain or frost. Default 0. */
  weather?: number;
  /**
   * Whether speckle that stays from date to date counts as the scene's own: references share it with the target, as
   * acquisitions of other dates do. Default false.
   */
  persistent?: boolean;
  /** Bright points that are there at one date only, such as ships, at each date. Default 0. */
  transients?: number;
  /** Discs of 1–20 pixels' radius that are 2–12 dB brighter or darker at one date only, in all. Default 0. */
  spots?: number;
}

/** Speckled covariances [4, rows, cols] of one scene, and the truth behind them. */
export interface SimulatedTriplet {
  target: Image;
  previous: Image;
  next: Image;
  /** Acquisitions of the target's reflectivity whose speckle is independent of the other three. */
  references: Image[];
  /** The target without speckle, at the resolution of the speckled images, with as many bands as the scene. */
  clean: Image;
  /** What the mean of ever more references tends to, if asked for: `clean`, with the speckle that persists. */
  limit?: Image;
  /** 1 where an adjacent date shows something else than the target, beyond drift. */
  changes: Mask;
}

/**
 * Three dates of a scene. The adjacent dates drift and change; where a field is coherent, their speckle is partly the
 * target's, as over cities.
 */
export function simulateTriplet(options: TripletOptions): SimulatedTriplet {
  const { random, scene, looks = 1, correlation = {}, noise, transients = 0, spots = 0 } = options;
  const { references = 1, persistent = false } = options;
  const [, rows, cols] = scene.reflectivity.shape;
  const changes: Mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
  const unchanged = { reflectivity: withGains(scene, () => [0, 0]), coherence: scene.coherence };
  const dates = [unchanged, ...drawSteps(options).map((steps) => adjacentDate(options, steps, changes))];
  for (const { reflectivity } of dates) {
    const corners = Array.from({ length: transients }, () => random.integer(0, rows * cols - 1));
    for (const pixel of addBrightPoints(reflectivity, corners, random)) changes.data[pixel] = 1;
  }
  for (let n = 0; n < spots; n++) addSpot(random.pick(dates).reflectivity, random, changes);
  const { reflectivity } = dates[0];
  const incoherent = new Float32Array(scene.fieldCount);
  for (let n = 0; n < references; n++)
    dates.push({ reflectivity, coherence: persistent ? scene.coherence : incoherent });
  const images: Image[][] = dates.map(() => []);
  const clean = bandLimit(reflectivity, correlation, noise);
  const [lasting, passing] = options.limit && persistent ? splitByCoherence(scene, reflectivity) : [];
  const persisting: Image[] = [];
  for (let n = 0; n < looks; n++) {
    const own = randomScatterers(random, rows, cols);
    if (lasting) persisting.push(look(lasting, own, { random, correlation }));
    dates.forEach(({ reflectivity, coherence }, date) => {
      const scatterers = date === 0 ? own : coherentScatterers(scene, coherence, own, random);
      images[date].push(look(reflectivity, scatterers, options));
    });
  }
  const [target, previous, next, ...rest] = images.map((date) =>
    averageLooks(looks, () => date.pop() as Image),
  );
  const limit = passing
    ? sum(
        averageLooks(looks, () => persisting.pop() as Image),
        bandLimit(passing, correlation, noise),
      )
    : clean;
  return { target, previous, next, references: rest, clean, changes, ...(options.limit && { limit }) };
}

/** The reflectivity of scatterers that stay from date to date, and of those that don't; none where none stay. */
function splitByCoherence({ fields, coherence }: Scene, reflectivity: Image): [Image, Image] | [] {
  if (coherence.every((g) => g === 0)) return [];
  const [bands, rows, cols] = reflectivity.shape;
  const [lasting, passing] = [createImage(bands, rows, cols), createImage(bands, rows, cols)];
  const size = rows * cols;
  reflectivity.data.forEach((value, i) => {
    lasting.data[i] = coherence[fields[i % size]] ** 2 * value;
    passing.data[i] = value - lasting.data[i];
  });
  return [lasting, passing];
}

/** The first image with the second, of as many bands or fewer, added to it in place. */
function sum(image: Image, other: Image): Image {
  other.data.forEach((value, i) => {
    image.data[i] += value;
  });
  return image;
}

/** By how many dB each field differs from the target at the previous and at the next date. */
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

/** The scene at another date: every field drifts, some change and lose their coherence. Marks the pixels of those. */
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

/** Brightens or darkens a disc in place and marks its pixels. */
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

/** The scene's reflectivity with gains, in dB, of the two channels of each field. */
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

/** Scatterers that agree with `other` to the degree of each field's coherence. */
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
