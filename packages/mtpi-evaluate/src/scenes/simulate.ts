import type { TripletImages } from '@mtpi/model';
import {
  type Image,
  type Mask,
  multilook,
  type Random,
  type Scene,
  simulateTriplet,
  type TripletOptions,
} from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { ImageType } from './image-type';

/** How a simulated scene differs from date to date. */
export type Evolution = Pick<TripletOptions, 'changed' | 'drift' | 'transients' | 'spots'>;

/** Nothing but a slight drift. */
export const UNCHANGED: Evolution = { changed: 0, drift: 0.3 };

/** A third of the fields, single points and discs differ at an adjacent date. */
export const CHANGED: Evolution = { changed: 0.3, drift: 0.7, transients: 3, spots: 5 };

/** Receiver's noise, −25 dB. */
const NOISE = 10 ** -2.5;

/** A scene as three acquisitions of an image type, and the truth of the target. */
export function simulate(
  imageType: ImageType,
  scene: Scene,
  evolution: Evolution,
  random: Random,
): TripletImages & { truth: Image; changed: Mask } {
  const { target, previous, next, truth, changes } = simulateTriplet({
    ...imageType.speckle,
    ...evolution,
    scene,
    noise: imageType.phase ? NOISE : 0,
    random,
  });
  const bands = imageType.phase ? 4 : 2;
  const finish = (image: Image): Image => {
    const { data, shape } = imageType.multilook ? multilook(image, imageType.multilook).image : image;
    return ndarray(data.slice(0, bands * shape[1] * shape[2]), [bands, shape[1], shape[2]]);
  };
  return {
    target: finish(target),
    previous: finish(previous),
    next: finish(next),
    truth: finish(truth),
    changed: imageType.multilook ? anyOfBlock(changes, imageType) : changes,
  };
}

/** 1 where any pixel of the block is. */
function anyOfBlock(mask: Mask, { multilook: looks = { range: 1, azimuth: 1 } }: ImageType): Mask {
  const shape = [Math.floor(mask.shape[0] / looks.azimuth), Math.floor(mask.shape[1] / looks.range)];
  const result = ndarray(new Uint8Array(shape[0] * shape[1]), shape);
  for (let r = 0; r < shape[0] * looks.azimuth; r++)
    for (let c = 0; c < shape[1] * looks.range; c++)
      if (mask.get(r, c)) result.set(Math.floor(r / looks.azimuth), Math.floor(c / looks.range), 1);
  return result;
}
