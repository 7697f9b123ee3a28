import type { TripletImages } from '@mtpi/model';
import {
  createImage,
  type Image,
  planes,
  Random,
  sceneFromReflectivity,
  simulateScene,
} from '@mtpi/polsar-priors';
import type { ImageType } from './image-type';
import { type SceneSource, type Spot, sceneInfo } from './scene';
import { simulate, UNCHANGED } from './simulate';

const FIRST_SEED = 7_300_000;

/** Pixels from the center of one spot to the next. */
const SPACING = 48;

const RADII = [2, 4, 8, 16];
const STEPS = [-6, -3, 3, 6];

/** Rows and columns of a change scene, with one spot for each radius and each step. */
export const CHANGE_SIZE = SPACING * RADII.length;

export const spots: Spot[] = RADII.flatMap((radius, j) =>
  STEPS.map((decibel, i) => ({ x: (i + 0.5) * SPACING, y: (j + 0.5) * SPACING, radius, decibel })),
);

/** VV −11 dB, VH −18 dB, |ρ| = 0.11. */
const FLAT = [0.08, 0.016, 0.004, -0.002];

/** Scenes with inserted changes, flat and procedural, of each image type. */
export function changeScenes(imageTypes: readonly ImageType[]): SceneSource[] {
  return imageTypes.flatMap((imageType, p) =>
    (['flat', 'landscape'] as const).map((place, n) => {
      const info = sceneInfo('change', `spots on ${place}, ${imageType.name}`, place, imageType);
      const draw = () => {
        const random = new Random(FIRST_SEED + 10 * p + n);
        const size = { rows: CHANGE_SIZE, cols: CHANGE_SIZE };
        const scene = place === 'flat' ? flatScene(random) : simulateScene({ ...size, random });
        const { truth, ...dates } = simulate(imageType, scene, UNCHANGED, random);
        const triplet: TripletImages = dates;
        const inAuxiliary = { ...triplet, previous: withSpots(triplet.previous) };
        const inTarget = { ...triplet, target: withSpots(triplet.target) };
        return { ...info, ...dates, truth, change: { spots, inAuxiliary, inTarget } };
      };
      return { info, draw };
    }),
  );
}

export function flatScene(random: Random) {
  const flat = createImage(4, CHANGE_SIZE, CHANGE_SIZE);
  planes(flat).forEach((plane, b) => plane.fill(FLAT[b]));
  return sceneFromReflectivity(flat, random);
}

/** Whether the center of a pixel lies in the spot. */
export const isInside = ({ x, y, radius }: Spot, row: number, col: number): boolean =>
  Math.hypot(col - x, row - y) <= radius;

/** The speckled image with its spots multiplied: as if their ground alone had changed. */
export function withSpots(image: Image): Image {
  const [bands, rows, cols] = image.shape;
  const result = createImage(bands, rows, cols);
  const [inputs, outputs] = [planes(image), planes(result)];
  inputs.forEach((input, b) => outputs[b].set(input));
  for (const spot of spots) {
    const gain = 10 ** (spot.decibel / 10);
    for (let r = Math.ceil(spot.y - spot.radius); r <= spot.y + spot.radius; r++)
      for (let c = Math.ceil(spot.x - spot.radius); c <= spot.x + spot.radius; c++)
        if (isInside(spot, r, c)) for (const output of outputs) output[r * cols + c] *= gain;
  }
  return result;
}
