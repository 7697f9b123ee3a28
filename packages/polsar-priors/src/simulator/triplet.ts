import ndarray from 'ndarray';
import { createImage, type Image, type Mask, planes } from '../image';
import type { Random } from '../random';
import { addBrightPoints, bandGains } from './bright-points';
import type { Scene } from './scene';
import {
  averageLooks,
  bandLimit,
  look,
  randomScatterers,
  type SpeckleOptions,
  simulateSpeckle,
} from './speckle';

export interface TripletOptions extends SpeckleOptions {
  scene: Scene;
  /** Further acquisitions of the target's date, with speckle of their own. Default 1. */
  references?: number;
  /** Share of the fields that change by 2–10 dB in an adjacent date. Default 0.1. */
  changed?: number;
  /** Deviation in dB of each field's drift between dates. Default 0.5. */
  drift?: number;
  /** Bright points that are there at one date only, such as ships, at each date. Default 0. */
  transients?: number;
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
  /** 1 where an adjacent date shows something else than the target, beyond drift. */
  changes: Mask;
}

/**
 * Three dates of a scene. The adjacent dates drift and change; where a field is coherent, their speckle is partly the
 * target's, as over cities.
 */
export function simulateTriplet(options: TripletOptions): SimulatedTriplet {
  const { random, scene, looks = 1, correlation = {}, noise, references = 1, transients = 0 } = options;
  const [, rows, cols] = scene.reflectivity.shape;
  const changes: Mask = ndarray(new Uint8Array(rows * cols), [rows, cols]);
  const unchanged = { reflectivity: withGains(scene, () => [0, 0]), coherence: scene.coherence };
  const dates = [unchanged, adjacentDate(options, changes), adjacentDate(options, changes)];
  for (const { reflectivity } of dates) {
    const corners = Array.from({ length: transients }, () => random.integer(0, rows * cols - 1));
    for (const pixel of addBrightPoints(reflectivity, corners, random)) changes.data[pixel] = 1;
  }
  const images: Image[][] = [[], [], []];
  for (let n = 0; n < looks; n++) {
    const own = randomScatterers(random, rows, cols);
    dates.forEach(({ reflectivity, coherence }, date) => {
      const scatterers = date === 0 ? own : coherentScatterers(scene, coherence, own, random);
      images[date].push(look(reflectivity, scatterers, options));
    });
  }
  const [target, previous, next] = images.map((date) => averageLooks(looks, () => date.pop() as Image));
  const reflectivity = dates[0].reflectivity;
  return {
    target,
    previous,
    next,
    references: Array.from({ length: references }, () => simulateSpeckle(reflectivity, options)),
    clean: bandLimit(reflectivity, correlation, noise),
    changes,
  };
}

/** The scene at another date: every field drifts, some change and lose their coherence. Marks the pixels of those. */
function adjacentDate({ random, scene, changed = 0.1, drift = 0.5 }: TripletOptions, changes: Mask) {
  const steps = Float32Array.from({ length: scene.fieldCount }, () =>
    random.chance(changed) ? random.uniform(2, 10) * random.pick([-1, 1]) : 0,
  );
  for (let i = 0; i < scene.fields.length; i++) if (steps[scene.fields[i]] !== 0) changes.data[i] = 1;
  const reflectivity = withGains(scene, (field) => {
    const common = steps[field] + drift * random.normal();
    return [common, common + 0.5 * drift * random.normal()];
  });
  return { reflectivity, coherence: scene.coherence.map((g, field) => (steps[field] === 0 ? g : 0)) };
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
