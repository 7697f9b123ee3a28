import {
  type Looks,
  type SpeckleCorrelation,
  sentinel1Swaths,
  type TripletOptions,
} from '@mtpi/polsar-priors';

/** A kind of input image, as the simulator generates it. */
export interface ImageType {
  name: string;
  /** Equivalent number of looks. */
  looks: number;
  /** Whether C12 is known. */
  phase: boolean;
  /** Independent looks that are averaged, and their correlation. */
  speckle: Required<Pick<TripletOptions, 'looks' | 'correlation'>>;
  /** Pixels of the single-look image that become one. */
  multilook?: Looks;
}

const singleLook = (swath: keyof typeof sentinel1Swaths): ImageType => ({
  name: `SLC ${swath}`,
  looks: 1,
  phase: true,
  speckle: { looks: 1, correlation: sentinel1Swaths[swath] },
});

/** `looks` of a range × azimuth boxcar of IW2's speckle (closed form from its spectral windows). */
const multilooked = (range: number, azimuth: number, looks: number): ImageType => ({
  name: `SLC IW2 ${range}×${azimuth}`,
  looks,
  phase: true,
  speckle: { looks: 1, correlation: sentinel1Swaths.IW2 },
  multilook: { range, azimuth },
});

const averaged = (looks: number): ImageType => ({
  name: `${looks} looks`,
  looks,
  phase: true,
  speckle: { looks, correlation: {} },
});

/** Resampling to a map grid leaves neighboring pixels slightly correlated. */
const mapped: SpeckleCorrelation = {
  range: { bandwidth: 0.8, alpha: 0.75 },
  azimuth: { bandwidth: 0.8, alpha: 0.75 },
};

const intensity = (looks: number): ImageType => ({
  name: `intensity, ${looks} look${looks > 1 ? 's' : ''}`,
  looks,
  phase: false,
  speckle: { looks, correlation: mapped },
});

/** Two or three pixels in a resolution cell: intensities of neighboring pixels correlate by 0.72, as measured on a real GRD. */
const detected: ImageType = {
  name: 'GRD, 5 looks',
  looks: 5,
  phase: false,
  speckle: {
    looks: 5,
    correlation: { range: { bandwidth: 0.4, alpha: 0.75 }, azimuth: { bandwidth: 0.4, alpha: 0.75 } },
  },
};

/** Image types of the procedural scenes. */
export const IMAGE_TYPES: readonly ImageType[] = [
  singleLook('IW1'),
  singleLook('IW2'),
  singleLook('IW3'),
  averaged(2),
  averaged(4),
  averaged(9),
  averaged(16),
  multilooked(4, 1, 2.78),
  multilooked(9, 2, 8.35),
  intensity(1),
  intensity(5),
  detected,
];

/** One of each kind: single look, multilook, intensity. */
export const FEW_IMAGE_TYPES: readonly ImageType[] = [singleLook('IW2'), averaged(4), intensity(5)];

/** Image types of the scenes with real reflectivity and of the change scenes. */
export const MAIN_IMAGE_TYPES: readonly ImageType[] = [
  singleLook('IW1'),
  singleLook('IW2'),
  singleLook('IW3'),
  averaged(4),
  intensity(5),
  detected,
];
