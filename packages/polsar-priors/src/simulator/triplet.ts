import { covariance } from '../covariance';
import { createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import type { SpeckleCorrelation } from './impulse-response';
import type { Scene } from './scene';
import { averageLooks, bandLimit, illuminate, randomScatterers, simulateSpeckle } from './speckle';

export interface TripletOptions {
  random: Random;
  scene: Scene;
  /** Independent looks of every date. Default 1. */
  looks?: number;
  correlation?: SpeckleCorrelation;
  /** Further acquisitions of the target's date, with speckle of their own. Default 1. */
  references?: number;
  /** Share of the fields that change by 2–10 dB in an adjacent date. Default 0.1. */
  changed?: number;
  /** Deviation in dB of each field's drift between dates. Default 0.5. */
  drift?: number;
}

/** Speckled covariances [4, rows, cols] of one scene, and the truth behind them. */
export interface SimulatedTriplet {
  target: Image;
  previous: Image;
  next: Image;
  /** Acquisitions of the target's reflectivity whose speckle is independent of the other three. */
  references: Image[];
  /** The target without speckle, at the resolution of the speckled images. */
  clean: Image;
}

/**
 * Three dates of a scene. The adjacent dates drift and change; where a field is coherent, their speckle is partly the
 * target's, as over cities.
 */
export function simulateTriplet(options: TripletOptions): SimulatedTriplet {
  const { random, scene, looks = 1, correlation = {}, references = 1 } = options;
  const [, rows, cols] = scene.reflectivity.shape;
  const target = scene.reflectivity;
  const [before, after] = [adjacentDate(options), adjacentDate(options)];
  const dates: Image[][] = [[], [], []];
  for (let look = 0; look < looks; look++) {
    const own = randomScatterers(random, rows, cols);
    [target, before, after].forEach((reflectivity, date) => {
      const scatterers = date === 0 ? own : coherentScatterers(scene, own, random);
      dates[date].push(covariance(...illuminate(reflectivity, scatterers, correlation)));
    });
  }
  const mean = (images: Image[]) => averageLooks(images.length, () => images.pop() as Image);
  const [t, p, n] = dates.map(mean);
  return {
    target: t,
    previous: p,
    next: n,
    references: Array.from({ length: references }, () =>
      simulateSpeckle(target, { random, looks, correlation }),
    ),
    clean: bandLimit(target, correlation),
  };
}

/** The reflectivity at another date: every field drifts, some change. */
function adjacentDate({ random, scene, changed = 0.1, drift = 0.5 }: TripletOptions): Image {
  const gains = Array.from({ length: scene.fieldCount }, () => {
    const change = random.chance(changed) ? random.uniform(2, 10) * random.pick([-1, 1]) : 0;
    const common = change + drift * random.normal();
    return [common, common + 0.5 * drift * random.normal()].map((decibel) => 10 ** (decibel / 10));
  });
  const { shape } = scene.reflectivity;
  const result = createImage(shape[0], shape[1], shape[2]);
  const inputs = planes(scene.reflectivity);
  planes(result).forEach((output, b) => {
    const factors = gains.map(([vv, vh]) => [vv, vh, Math.sqrt(vv * vh), Math.sqrt(vv * vh)][b]);
    for (let i = 0; i < output.length; i++) output[i] = inputs[b][i] * factors[scene.fields[i]];
  });
  return result;
}

/** Scatterers that agree with `other` to the degree of each field's coherence. */
function coherentScatterers({ fields, coherence }: Scene, other: Image, random: Random): Image {
  const [, rows, cols] = other.shape;
  const result = randomScatterers(random, rows, cols);
  const size = rows * cols;
  for (let i = 0; i < result.data.length; i++) {
    const g = coherence[fields[i % size]];
    if (g > 0) result.data[i] = g * other.data[i] + Math.sqrt(1 - g * g) * result.data[i];
  }
  return result;
}
