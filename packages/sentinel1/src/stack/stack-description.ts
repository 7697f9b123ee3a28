import { basename } from 'node:path';
import type { Looks } from '@mtpi/polsar-priors';
import type { MapGrid, Polarization, Transform } from '@mtpi/sar-io';
import type { ResidualOffset } from '../coregister/residual-offset';
import type { Dem } from '../geocoding/dem';
import { TERRAIN_FILE } from '../geocoding/write-terrain-layers';
import type { BackscatterConvention } from '../product/calibration';
import type { Manifest } from '../product/manifest';
import type { OrbitFile } from '../product/orbit-file';

/** The file in the folder of a stack that describes it. */
export const STACK_FILE = 'stack.json';

/** A co-registered or terrain-corrected stack: the content of its `stack.json`. Times are UTC, lines and samples count from 0. */
export interface StackDescription {
  software: string;
  /** Bands of the covariance or intensity files, in linear power. */
  channels: readonly string[];
  calibration: BackscatterConvention;
  /** Whether thermal noise was subtracted; without multilooking from H, A and alpha alone. */
  denoised: boolean;
  /** Multilooking in radar geometry. */
  looks: Looks;
  /** Averaging window of H, A (0 … 1) and alpha (degrees), in rows and columns. */
  haAlphaWindow?: number;
  width: number;
  height: number;
  /** Map grid of a geocoded stack; swaths and offsets still refer to radar geometry. */
  map?: {
    crs: string;
    transform: Transform;
    /** File names of the DEM and its vertical datum, or `geolocation grid`. */
    heights: string;
    /** Whether radiometric terrain flattening was applied. */
    flattened: boolean;
    /** File of the local incidence angle, and layover and shadow, of the reference. */
    terrain?: string;
  };
  /** Name of the reference acquisition. */
  reference: string;
  /** None for GRD products. */
  swaths: readonly SwathDescription[];
  dates: readonly AcquisitionDescription[];
}

/** The grid of a swath: that of the reference, debursted. Rows and columns are single-look. */
export interface SwathDescription {
  name: string;
  /** Bursts of the reference, counted from 1. */
  firstBurst: number;
  lastBurst: number;
  burstIds?: readonly number[];
  /** Equivalent number of looks of intensities, of multilooking and the cells of the map, where the processing is annotated. */
  equivalentLooks?: number;
  /** Row of the first line of each burst. */
  burstStartRows: readonly number[];
  /** Last row of each burst but the last. */
  burstSeams: readonly number[];
  /** First and last column valid in all lines of all bursts, and first and last valid row. */
  validColumns: readonly [number, number];
  validRows: readonly [number, number];
  /** Time of the first row, seconds between rows; two-way slant range time of the first sample (s), samples per second. */
  firstLineTime: string;
  lineInterval: number;
  slantRangeTime: number;
  samplingRate: number;
}

export interface AcquisitionDescription {
  name: string;
  product: string;
  acquired: string;
  processorVersion?: number;
  /** The orbit file, or `annotation`. */
  orbit: string;
  /** Equivalent number of looks of a cell of the map, of GRD products whose processing is annotated. */
  equivalentLooks?: number;
  files: readonly string[];
  /** Offsets from the reference by swath; none for the reference itself. */
  swaths?: readonly SwathOffsets[];
}

export interface SwathOffsets {
  name: string;
  bursts: readonly BurstOffset[];
  /** Residual offset by amplitude cross-correlation; none where there is too little structure. */
  residual?: ResidualDescription;
}

/** Lines and samples of the secondary burst less those of the reference's burst. Bursts count from 1. */
export interface BurstOffset {
  burst: number;
  secondaryBurst: number;
  /** At the center of the burst. */
  lines: number;
  samples: number;
  /**
   * With y and x the line and sample as fractions of the burst's lines and samples: lines c₀ + c₁·y + c₂·x + c₃·y², samples
   * c₀ + c₁·y + c₂·x + c₃·xy + c₄·x² + c₅·height (km) + c₆·y²; the terms in y² of StripMap alone.
   */
  linesPolynomial: readonly number[];
  samplesPolynomial: readonly number[];
}

export interface ResidualDescription extends ResidualOffset {
  /** Whether it was corrected. */
  corrected: boolean;
}

/** @param dem Undefined where the heights are those of the geolocation grid. */
export const describeMap = (
  { crs, transform }: MapGrid,
  dem: Dem | undefined,
  flattened: boolean,
): StackDescription['map'] => ({
  crs: `EPSG:${crs.epsg}`,
  transform,
  heights: dem?.description ?? 'geolocation grid',
  flattened,
  ...(dem && { terrain: TERRAIN_FILE }),
});

/** The consecutive slices of one data take: the acquisition of a date. */
export interface Pass extends Pick<Manifest, 'pass' | 'relativeOrbit' | 'processorVersion'> {
  /** Such as `20240305T214632_S1A`. */
  name: string;
  /** Names of the products, separated by spaces. */
  product: string;
  /** Start, such as `2024-03-05T21:46:32.123456`. */
  acquired: string;
}

/** @param orbit Undefined where it is that of the annotation. */
export const describePass = (
  { name, product, acquired, processorVersion }: Pass,
  orbit: OrbitFile | undefined,
) => ({
  ...{ name, product, acquired },
  ...(Number.isFinite(processorVersion) && { processorVersion }),
  orbit: orbit ? basename(orbit.path) : 'annotation',
});

/** The program named where none is given. */
export const SOFTWARE = '@mtpi/sentinel1';

/** How the pixels of a file were processed. */
export interface FileProcessing {
  calibration: BackscatterConvention;
  /** Whether thermal noise was subtracted. */
  denoised: boolean;
  /** Equivalent number of looks of each swath of the image, where its processing is annotated. */
  looks: readonly (number | undefined)[];
  polarizations: readonly Polarization[];
  software: string;
}

/** Metadata of a file of a pass. */
export const metadataOf = (
  { product, acquired, pass, relativeOrbit }: Pass,
  { calibration, denoised, looks, polarizations, software }: FileProcessing,
) => ({
  ACQUISITION_TIME: `${acquired.slice(0, 23)}Z`,
  PRODUCT: product,
  PASS: pass,
  RELATIVE_ORBIT: `${relativeOrbit}`,
  CALIBRATION: calibration,
  ...(denoised && { NOISE_SUBTRACTED: 'yes' }),
  ...(looks.every((n) => n !== undefined) && { EQUIVALENT_LOOKS: looks.map((n) => n.toFixed(2)).join(' ') }),
  POLARIZATIONS: polarizations.join(' '),
  SOFTWARE: software,
});
