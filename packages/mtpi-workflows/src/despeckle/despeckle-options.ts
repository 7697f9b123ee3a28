import type { ProductSelection } from '../acquisitions/coregistered-inputs';
import type { StackOptions } from '../acquisitions/options';
import type { JobOptions } from '../job';
import type { ResultOptions } from '../result/result-description';
import type { Engine } from './network';
import type { CompanionOptions } from './write-companions';

export interface DespeckleOptions
  extends JobOptions,
    StackOptions,
    ProductSelection,
    ResultOptions,
    CompanionOptions {
  /** `mtpi`, `mtpi-small` (five times as fast), or a file. Default `mtpi`. */
  weights?: string;
  /** Rows and columns of a tile. Default: those of the weights. */
  tile?: number;
  /** Pixels that neighboring tiles share. Default: 8, or a sixteenth of a smaller tile. */
  overlap?: number;
  /** Averaging window for H/A/alpha of covariances, odd. Default 5. */
  haAlphaWindow?: number;
  /** Where the network runs. Default: ONNX Runtime on the CPU. */
  engine?: Engine;
  /** Checkpoints finished tile rows next to the output, and resumes an interrupted run. Default false. */
  resume?: boolean;
  /** The command line, for the provenance. */
  command?: readonly string[];
}
