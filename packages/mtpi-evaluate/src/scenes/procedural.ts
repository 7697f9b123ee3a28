import { Random, type Scene, simulateScene } from '@mtpi/polsar-priors';
import type { ImageType } from './image-type';
import { type SceneSource, sceneInfo } from './scene';
import { CHANGED, simulate, UNCHANGED } from './simulate';
import { testChart } from './test-chart';

/** Landscapes of water, fields and a town; of hills crossed by roads. */
const SEEDS = [7_100_008, 7_100_021];

export interface ProceduralOptions {
  imageTypes: readonly ImageType[];
  /** Rows and columns. */
  size: number;
  /** Landscapes beside the chart, 2 at most. */
  landscapes: number;
}

/** The test chart and simulated landscapes of each image type; every second scene of a type changes between dates. */
export function proceduralScenes({ imageTypes, size, landscapes }: ProceduralOptions): SceneSource[] {
  const places: [string, (rows: number, cols: number) => Scene][] = [
    ['chart', testChart],
    ...SEEDS.slice(0, landscapes).map((seed, n): (typeof places)[number] => [
      `landscape ${n + 1}`,
      (rows, cols) => simulateScene({ rows, cols, random: new Random(seed) }),
    ]),
  ];
  return imageTypes.flatMap((imageType, p) =>
    places.map(([place, scene], n) => {
      const evolution = (p + n) % 2 === 1 ? 'changed' : 'unchanged';
      const { multilook: { range = 1, azimuth = 1 } = {} } = imageType;
      const info = sceneInfo('procedural', `${place} ${evolution}, ${imageType.name}`, place, imageType);
      const draw = () => {
        const random = new Random(SEEDS[0] + 1000 * (p + 1) + n);
        const dates = evolution === 'changed' ? CHANGED : UNCHANGED;
        return { ...info, ...simulate(imageType, scene(size * azimuth, size * range), dates, random) };
      };
      return { info, draw };
    }),
  );
}
