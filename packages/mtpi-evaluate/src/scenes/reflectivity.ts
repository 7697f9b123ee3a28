import { Random, sceneFromReflectivity, withPolarimetricCorrelation } from '@mtpi/polsar-priors';
import { fillInvalid, timeMean } from '@mtpi/train';
import type { ImageType } from './product';
import type { SceneSource } from './scene';
import type { Series } from './series';
import { CHANGED, simulate, UNCHANGED } from './simulate';

const FIRST_SEED = 7_200_000;

/**
 * Simulated acquisitions of real reflectivity, the time mean of each series, with correlations of VV and VH drawn for
 * random fields: each product, unchanged and changed.
 */
export function reflectivityScenes(
  series: readonly Series[],
  products: readonly ImageType[],
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
          const scene = withPolarimetricCorrelation(sceneFromReflectivity(fillInvalid(mean), random), random);
          const kind = evolution === 'changed' ? CHANGED : UNCHANGED;
          return { ...info, ...simulate(product, scene, kind, random), mask: mean.mask };
        };
        return { info, draw };
      }),
    ),
  );
}
