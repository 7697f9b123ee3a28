import { fillInvalid, type Image, planes, polarimetricPreservation } from '@mtpi/polsar-priors';
import type { TestScene } from '../scenes/scene';
import { BAND_METRICS } from './band-metrics';
import { DETAIL_METRICS } from './detail-metrics';
import { observe } from './observation';
import { POLARIMETRIC_METRICS } from './polarimetric-metrics';

/** Metrics by name: of a band `psnr VV`, of the whole image `entropyError`; without those that can't be computed. */
export type Scores = Record<string, number>;

export const BANDS = ['VV', 'VH'] as const;

/** The names of the scores of a metric of the whole image, or of VV and VH. */
export const keysOf = (metric: string): string[] => [metric, ...BANDS.map((band) => `${metric} ${band}`)];

/** Returns a function that computes all metrics of a result for this scene. */
export function scorer(scene: TestScene): (result: Image) => Scores {
  const observed = observe(scene);
  const { truth, mask } = scene;
  return (result) => {
    const scores: Scores = {};
    // Methods differ in what they leave at invalid pixels.
    const bands = planes(mask ? fillInvalid({ image: result, mask }) : result);
    BANDS.forEach((band, b) => {
      for (const { key, of } of [...BAND_METRICS, ...DETAIL_METRICS])
        scores[`${key} ${band}`] = of(bands[b], observed[b]);
    });
    if (truth?.shape[0] === 4 && result.shape[0] === 4) {
      const found = polarimetricPreservation(result, truth, mask);
      for (const { key, of } of POLARIMETRIC_METRICS) scores[key] = of(found);
    }
    return Object.fromEntries(Object.entries(scores).filter(([, value]) => !Number.isNaN(value)));
  };
}
