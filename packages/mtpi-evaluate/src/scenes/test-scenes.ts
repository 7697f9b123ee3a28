import { changeScenes } from './change';
import { FEW_IMAGE_TYPES, IMAGE_TYPES, MAIN_IMAGE_TYPES } from './image-type';
import { proceduralScenes } from './procedural';
import { realScenes } from './real';
import { reflectivityScenes } from './reflectivity';
import type { SceneSource } from './scene';
import { realSeriesScenes, simulatedSeriesScenes } from './series';
import type { Stack } from './stack';

export const SCENE_KINDS = ['simulated', 'real', 'change', 'series'] as const;

export type SceneKind = (typeof SCENE_KINDS)[number];

export interface TestSceneOptions {
  /** Default all. */
  kinds?: readonly SceneKind[];
  /** Time series of real sites. Default none: procedural scenes alone. */
  stacks?: readonly Stack[];
  /** Names of stacks that a network was trained on: marked, and not used as reflectivity of simulated scenes. Default none. */
  seen?: readonly string[];
  /** Few, small scenes. */
  quick?: boolean;
}

/** The fixed scenes of an evaluation: the same at each call. */
export function testScenes({
  kinds = SCENE_KINDS,
  stacks = [],
  seen = [],
  quick = false,
}: TestSceneOptions): SceneSource[] {
  const unseen = stacks.filter(({ name }) => !seen.includes(name));
  const scenes: Record<SceneKind, () => SceneSource[]> = {
    simulated: () => [
      ...(quick
        ? reflectivityScenes(unseen, FEW_IMAGE_TYPES, ['changed'])
        : reflectivityScenes(unseen, MAIN_IMAGE_TYPES)),
      ...proceduralScenes(
        quick
          ? { imageTypes: FEW_IMAGE_TYPES, size: 96, landscapes: 1 }
          : { imageTypes: IMAGE_TYPES, size: 192, landscapes: 2 },
      ),
    ],
    real: () => realScenes(stacks, seen, quick ? 6 : 1),
    change: () =>
      changeScenes(quick ? FEW_IMAGE_TYPES.slice(0, 1) : [MAIN_IMAGE_TYPES[1], ...MAIN_IMAGE_TYPES.slice(3)]),
    series: () =>
      quick
        ? [
            ...simulatedSeriesScenes(FEW_IMAGE_TYPES.slice(2), ['landscape'], [3, 9]),
            ...realSeriesScenes(stacks, seen, [3, 9], 6),
          ]
        : [
            ...simulatedSeriesScenes(
              [FEW_IMAGE_TYPES[0], FEW_IMAGE_TYPES[2]],
              ['flat', 'landscape'],
              [3, 5, 9, 21],
            ),
            ...realSeriesScenes(stacks, seen, [3, 5, 7, 9], 3),
          ],
  };
  return kinds.flatMap((kind) => scenes[kind]());
}
