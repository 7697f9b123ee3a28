import { createImage, type Image, planes, Random, type Scene, sceneOf } from '@mtpi/polsar-priors';
import type { Product } from './product';
import type { SceneSource } from './scene';
import { fillInvalid, type Series, timeMean } from './series';
import { CHANGED, simulate, UNCHANGED } from './simulate';

const FIRST_SEED = 7_200_000;

/**
 * Simulated acquisitions of real reflectivity, the time mean of each series, with correlations of VV and VH drawn for
 * random fields: each product, unchanged and changed.
 */
export function reflectivityScenes(
  series: readonly Series[],
  products: readonly Product[],
  evolutions: readonly ('unchanged' | 'changed')[] = ['unchanged', 'changed'],
): SceneSource[] {
  return series.flatMap((place, s) =>
    products.flatMap((product, p) =>
      evolutions.map((evolution, e) => {
        const info = {
          name: `${place.name} ${evolution}, ${product.name}`,
          group: 'reflectivity' as const,
          place: place.name,
          product: product.name,
          looks: product.looks,
          phase: product.phase,
        };
        const draw = () => {
          const mean = timeMean(place.dates);
          const random = new Random(FIRST_SEED + 1000 * s + 10 * p + e);
          const scene = withCorrelation(sceneOf(fillInvalid(mean), random), random);
          const kind = evolution === 'changed' ? CHANGED : UNCHANGED;
          return { ...info, ...simulate(product, scene, kind, random), mask: mean.mask };
        };
        return { info, draw };
      }),
    ),
  );
}

/** Intensities as a covariance, each field with a correlation |ρ| below 0.5 and a phase of its own. */
function withCorrelation(scene: Scene, random: Random): Scene {
  const [, rows, cols] = scene.reflectivity.shape;
  const covariance: Image = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(covariance);
  const [vv, vh] = planes(scene.reflectivity);
  const correlations = Array.from({ length: scene.fieldCount }, () => {
    const [magnitude, phase] = [0.5 * random.uniform() ** 2, random.uniform(0, 2 * Math.PI)];
    return [magnitude * Math.cos(phase), magnitude * Math.sin(phase)];
  });
  c11.set(vv);
  c22.set(vh);
  for (let i = 0; i < vv.length; i++) {
    const cross = Math.sqrt(vv[i] * vh[i]);
    const [real, imaginary] = correlations[scene.fields[i]];
    re[i] = cross * real;
    im[i] = cross * imaginary;
  }
  return { ...scene, reflectivity: covariance };
}
