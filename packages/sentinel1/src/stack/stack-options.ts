import type { JobOptions } from '@mtpi/jobs';
import type { BackscatterConvention } from '../product/calibration';

/** Options of stacks of SLC and of GRD products. */
export interface StackOptions extends JobOptions {
  /** Radiometric calibration; gamma0 where flattened. Default `sigma0`. */
  calibration?: BackscatterConvention;
  /** Orbit file (EOF), or a folder with orbit files. Default: the orbits of the annotations. */
  orbit?: string;
  /** Part of the name of the product that defines the grid, such as its date. Default: the middle date. */
  reference?: string;
  /** Thermal noise correction; of SLC products it needs multilooking or H/A/alpha. Default false. */
  denoise?: boolean;
  /** Worker threads, besides the one that reads and writes. Default: number of cores, at most 4. 0: none. */
  threads?: number;
  /** Name and version for the metadata. */
  software?: string;
}
