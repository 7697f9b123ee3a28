import { changeScenes } from './change';
import { proceduralScenes } from './procedural';
import { FEW_PRODUCTS, MAIN_PRODUCTS, PRODUCTS } from './product';
import { realScenes } from './real';
import { reflectivityScenes } from './reflectivity';
import type { SceneSource } from './scene';
import type { Series } from './series';

export type SceneKind = 'simulated' | 'real' | 'change';

export interface TestSceneOptions {
  /** Default all. */
  kinds?: readonly SceneKind[];
  /** Real time series. Default none: procedural scenes alone. */
  series?: readonly Series[];
  /** Names of series that a network was trained on: marked, and no reflectivity of simulated scenes. Default none. */
  seen?: readonly string[];
  /** Few, small scenes. */
  quick?: boolean;
}

/** The fixed scenes of an evaluation: the same at each call. */
export function testScenes({
  kinds = ['simulated', 'real', 'change'],
  series = [],
  seen = [],
  quick = false,
}: TestSceneOptions): SceneSource[] {
  const unseen = series.filter(({ name }) => !seen.includes(name));
  const scenes: Record<SceneKind, () => SceneSource[]> = {
    simulated: () => [
      ...(quick
        ? reflectivityScenes(unseen, FEW_PRODUCTS, ['changed'])
        : reflectivityScenes(unseen, MAIN_PRODUCTS)),
      ...proceduralScenes(
        quick
          ? { products: FEW_PRODUCTS, size: 96, landscapes: 1 }
          : { products: PRODUCTS, size: 192, landscapes: 2 },
      ),
    ],
    real: () => realScenes(series, seen, quick ? 6 : 1),
    change: () =>
      changeScenes(quick ? FEW_PRODUCTS.slice(0, 1) : [MAIN_PRODUCTS[1], ...MAIN_PRODUCTS.slice(3)]),
  };
  return kinds.flatMap((kind) => scenes[kind]());
}
