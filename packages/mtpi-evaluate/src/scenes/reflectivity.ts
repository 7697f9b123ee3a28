import {
  fillInvalid,
  maskedTemporalMean,
  Random,
  sceneFromReflectivity,
  withPolarimetricCorrelation,
} from '@mtpi/polsar-priors';
import type { ImageType } from './image-type';
import { type SceneSource, sceneInfo } from './scene';
import { CHANGED, simulate, UNCHANGED } from './simulate';
import type { Stack } from './stack';

const FIRST_SEED = 7_200_000;

/**
 * Simulated acquisitions of real reflectivity, the time mean of each stack, with correlations of VV and VH drawn for
 * random fields: each image type, unchanged and changed.
 */
export function reflectivityScenes(
  stacks: readonly Stack[],
  imageTypes: readonly ImageType[],
  evolutions: readonly ('unchanged' | 'changed')[] = ['unchanged', 'changed'],
): SceneSource[] {
  return stacks.flatMap(({ name: place, dates }, s) =>
    imageTypes.flatMap((imageType, p) =>
      evolutions.map((evolution, e) => {
        const info = sceneInfo('reflectivity', `${place} ${evolution}, ${imageType.name}`, place, imageType);
        const draw = () => {
          const mean = maskedTemporalMean(dates);
          const random = new Random(FIRST_SEED + 1000 * s + 10 * p + e);
          const scene = withPolarimetricCorrelation(sceneFromReflectivity(fillInvalid(mean), random), random);
          const kind = evolution === 'changed' ? CHANGED : UNCHANGED;
          return { ...info, ...simulate(imageType, scene, kind, random), mask: mean.mask };
        };
        return { info, draw };
      }),
    ),
  );
}
