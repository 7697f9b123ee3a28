import { type Image, planes } from '@mtpi/polsar-priors';
import { BAND_METRICS, IMAGE_METRICS } from './metrics';
import { observe } from './observation';
import type { TestScene } from './scenes/scene';

/** Figures by name: of a band `psnr VV`, of the whole image `entropyError`; those that can't be taken are left out. */
export type Scores = Record<string, number>;

export const BANDS = ['VV', 'VH'] as const;

/** A function that gives all figures of a result for this scene. What only depends on the scene is computed once. */
export function scorer(scene: TestScene): (result: Image) => Scores {
  const observation = observe(scene);
  return (result) => {
    const scores: Scores = {};
    const bands = planes(result);
    BANDS.forEach((band, b) => {
      for (const { key, of } of BAND_METRICS) scores[`${key} ${band}`] = of(bands[b], observation.bands[b]);
    });
    for (const { key, of } of IMAGE_METRICS) scores[key] = of(result, observation);
    return Object.fromEntries(Object.entries(scores).filter(([, value]) => !Number.isNaN(value)));
  };
}
