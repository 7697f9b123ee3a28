import type { TripletImages } from '@mtpi/model';
import type { Image, Mask } from '@mtpi/polsar-priors';
import type { ImageType } from './image-type';

/** Where a test scene comes from. */
export type SceneGroup = 'reflectivity' | 'procedural' | 'real' | 'change' | 'series';

/** Description of a test scene. */
export interface SceneInfo {
  /** Unique in an evaluation. */
  name: string;
  group: SceneGroup;
  /** Site: a burst, or a kind of landscape. */
  place: string;
  /** Such as `SLC IW1` or `4 looks`. */
  imageType: string;
  /** Equivalent number of looks of one date. */
  looks: number;
  /** Whether C12 is known. */
  phase: boolean;
  /** Number of dates of a series, with the target. Default 3. */
  dates?: number;
}

export const sceneInfo = (
  group: SceneGroup,
  name: string,
  place: string,
  { name: imageType, looks, phase }: Pick<ImageType, 'name' | 'looks' | 'phase'>,
): SceneInfo => ({ name, group, place, imageType, looks, phase });

/** Whether a scene is one of the simulated ones; changes and series are groups of their own. */
export const isSimulated = ({ group }: SceneInfo): boolean =>
  group === 'reflectivity' || group === 'procedural';

/** A fixed triplet that methods are compared on. */
export interface TestScene extends SceneInfo, TripletImages {
  /** The target without speckle, at the resolution of the speckled images: simulated scenes have it. */
  truth?: Image;
  /** Mean of other dates, nearly without speckle: real scenes have it. */
  reference?: Image;
  /** Pixels valid at all dates; default all. */
  mask?: Mask;
  /** Pixels that changed between the target and an adjacent date. */
  changed?: Mask;
  /** The same scene with spots that changed. */
  change?: Change;
}

/** A disc whose intensities were multiplied. */
export interface Spot {
  /** Column and row of the center. */
  x: number;
  y: number;
  /** In pixels. */
  radius: number;
  /** Gain of all bands. */
  decibel: number;
}

/** One scene twice more, speckle and all, with discs brighter or darker at one date. */
export interface Change {
  spots: Spot[];
  /** Changed at the previous date alone. */
  inAuxiliary: TripletImages;
  /** Changed at the target date alone. */
  inTarget: TripletImages;
}

/** A test scene that is generated on demand. */
export interface SceneSource {
  info: SceneInfo;
  draw(): TestScene;
}
