import type { Window } from '@mtpi/polsar-priors';
import type { Georeference } from '../georeference/georeference';
import type { MaskedImage, ReadOptions } from '../raster/raster';
import type { Polarization } from './polarization';
import type { Scale } from './scale';
import type { InputWarning } from './warning';

/** Reference area of backscatter. */
export type Calibration = 'sigma0' | 'beta0' | 'gamma0';

/** One dual-polarization image of a place, however it is stored. */
export interface Acquisition {
  readonly paths: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly georeference: Georeference;
  /** Whether images hold C11, C22, C12_real, C12_imag or only the powers C11, C22. */
  readonly polarimetry: 'covariance' | 'intensity';
  /** Polarizations of C11 and C22. */
  readonly channels: readonly [Polarization, Polarization];
  /** Names of the bands of the images that `read` gives: C11, C22, C12_real, C12_imag, or the polarizations of the powers. */
  readonly bands: readonly string[];
  /** The scale of the files' values; images are linear power always. */
  readonly scale: Scale | 'complex';
  /** In UTC; midnight where only the day is known. */
  readonly acquired?: Date;
  /** As metadata or names state it. */
  readonly calibration?: Calibration;
  /** Of the first file, with all items also under their names in capitals. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Assumptions about the files, changes, and anomalies; of severity `error` only where the files are of different days. */
  readonly warnings: readonly InputWarning[];
  /**
   * Linear powers [4 or 2, rows, cols] of a window. A pixel is invalid in all channels where one of its powers is not
   * positive: zero fill, and noise removal that left nothing.
   */
  read(window: Window, options?: ReadOptions): Promise<MaskedImage>;
  close(): Promise<void>;
}

export interface AcquisitionOptions extends ReadOptions {
  /** The scale of an intensity file. Default `auto`: see `scale` and `warnings` of the result. */
  scale?: Scale | 'auto';
  /** Names of all bands of all files in order (`C11`, …, or `VV`, `VH`), where the files themselves have none. */
  bands?: readonly string[];
  /** Of a stack, the day to open, in UTC: that in the names of its bands. */
  date?: Date;
}
