import type { Window } from '@mtpi/polsar-priors';
import type { Alignment } from './align/align-dates';
import type { ProductSelection } from './coregistered-inputs';
import type { IntensityScale } from './inputs';
import type { JobOptions } from './job';
import type { Engine } from './network';
import type { OutputScale } from './result-description';

export interface DespeckleOptions extends JobOptions, ProductSelection {
  /** `mtpi`, `mtpi-small` (four times as fast), or a file. Default `mtpi`. */
  weights?: string;
  /** What the numbers of intensity files are. Default `auto`. */
  scale?: IntensityScale;
  /** Despeckles this part alone, in pixels of the target. */
  crop?: Window;
  /**
   * How dates on other grids than the target's are brought onto it. `shared` (default): all are cropped to the area that
   * every date covers; `target`: the target's area is kept; `off`: such dates are refused.
   */
  align?: Alignment;
  /** Rows and columns of a tile. Default: those of the weights. */
  tile?: number;
  /** Pixels that neighboring tiles share. Default: a sixteenth of the tile. */
  overlap?: number;
  /** Averaging window for H/A/alpha of covariances, odd. Default 5. */
  haAlphaWindow?: number;
  /** Of a stack: the most dates that are used for one target, with itself, 3 or more. Default 65. */
  dates?: number;
  /** Of a stack: the date to despeckle, as `20240305` or `20240305T170815`. Default: every one. */
  targetDate?: string;
  /** Where the network runs. Default: ONNX Runtime on the CPU. */
  engine?: Engine;
  /** Keeps finished rows of tiles beside the output until it is done, and resumes an interrupted run. Default false. */
  resume?: boolean;
  /** Also writes an HTML page that compares target and result; of a stack, the folder of such pages. */
  report?: string;
  /** What intensities are written as; C12, H, A and alpha stay. Default `linear` power. */
  outputScale?: OutputScale;
  /** Bands to write, such as `['VV']` or `['C11', 'alpha']`. Default: all. */
  bands?: readonly string[];
  /** Writes a file for each band, its name before the ending, as `out_VV.tif`. Default false. */
  separateBands?: boolean;
  /** Also writes a STAC Item beside the output, as `out.json`. Default false. */
  stac?: boolean;
  /** Also writes a color quicklook of bytes as a Cloud Optimized GeoTIFF, as `out_quicklook.tif`. Default false. */
  quicklook?: boolean;
  /** The command line, for the provenance. */
  command?: readonly string[];
}
