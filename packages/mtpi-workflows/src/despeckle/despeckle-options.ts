import type { Window } from '@mtpi/polsar-priors';
import type { ProductSelection } from '../acquisitions/coregistered-inputs';
import type { IntensityScale } from '../acquisitions/inputs';
import type { Alignment } from '../align/align-dates';
import type { JobOptions } from '../job';
import type { OutputScale } from '../result/result-description';
import type { Engine } from './network';

export interface DespeckleOptions extends JobOptions, ProductSelection {
  /** `mtpi`, `mtpi-small` (five times as fast), or a file. Default `mtpi`. */
  weights?: string;
  /** Scale of the intensities. Default `auto`. */
  scale?: IntensityScale;
  /** Despeckles only this window, in pixels of the target. */
  crop?: Window;
  /**
   * How dates on other grids are brought onto that of the target. `shared` (default): all are cropped to the area that
   * every date covers; `target`: the target's area is kept; `off`: such dates are refused.
   */
  align?: Alignment;
  /** Rows and columns of a tile. Default: those of the weights. */
  tile?: number;
  /** Pixels that neighboring tiles share. Default: 8, or a sixteenth of a smaller tile. */
  overlap?: number;
  /** Averaging window for H/A/alpha of covariances, odd. Default 5. */
  haAlphaWindow?: number;
  /** For a stack: maximum number of dates used per target, including the target; at least 3. Default 65. */
  dates?: number;
  /** For a stack: the date to despeckle, as `20240305` or `20240305T170815`. Default: every date. */
  targetDate?: string;
  /** Where the network runs. Default: ONNX Runtime on the CPU. */
  engine?: Engine;
  /** Checkpoints finished tile rows next to the output, and resumes an interrupted run. Default false. */
  resume?: boolean;
  /** Also writes an HTML page that compares target and result; for a stack, a folder of such pages. */
  report?: string;
  /** Scale in which intensities are written; C12, H, A and alpha are not affected. Default `linear`. */
  outputScale?: OutputScale;
  /** Bands to write, such as `['VV']` or `['C11', 'alpha']`. Default: all. */
  bands?: readonly string[];
  /** Writes one file per band, as `out_VV.tif`. Default false. */
  separateBands?: boolean;
  /** Also writes a STAC Item beside the output, as `out.json`. Default false. */
  stac?: boolean;
  /** Also writes an 8-bit color quicklook as a Cloud Optimized GeoTIFF, as `out_quicklook.tif`. Default false. */
  quicklook?: boolean;
  /** The command line, for the provenance. */
  command?: readonly string[];
}
