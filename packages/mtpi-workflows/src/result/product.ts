import type { Window } from '@mtpi/polsar-priors';
import type { IntensityScale } from '../acquisitions/options';
import type { Warning } from '../job';

/** The target with which a report compares a despeckled image. */
export interface ComparisonInput {
  /** Its files. */
  target: readonly string[];
  scale: IntensityScale;
  /** The part of it that was despeckled, where that is not all. */
  crop?: Window;
  /** Averaging window for the H and alpha of the target. */
  haAlphaWindow: number;
}

/** A despeckled image that has been written. */
export interface DespeckledProduct {
  path: string;
  /** The output as given; where each band has a file of its own, there is none of this name. */
  output: string;
  /** All its files: more than one if each band has its own. */
  paths: readonly string[];
  width: number;
  height: number;
  bands: readonly string[];
  /** Its STAC Item and its color quicklook, if requested. */
  stac?: string;
  quicklook?: string;
  /** The page that compares it with its target, if requested. */
  report?: string;
  /** Inputs, weights, options and versions, by name. */
  provenance: Readonly<Record<string, string>>;
  metrics: ProductMetrics;
  warnings: readonly Warning[];
  comparison: ComparisonInput;
}

export interface ProductMetrics {
  /** Share of valid pixels, 0 … 1; NaN where an interrupted merge had written the result. */
  validFraction: number;
  /**
   * Mean backscatter of the result less that of the target, in dB, of each intensity. Missing where an interrupted merge had
   * written the result.
   */
  levelChange?: readonly number[];
  /**
   * Of a series: the mean over the pixels of the effective number of other dates that were averaged, those left out where
   * they differ from the target. Missing as `levelChange` is.
   */
  effectiveDates?: number;
}

/** Rows of tiles of one shard of a scene, written beside the output that `mergeShards` makes of all of them. */
export interface ShardFile {
  path: string;
  width: number;
  height: number;
  bands: readonly string[];
  provenance: Readonly<Record<string, string>>;
  warnings: readonly Warning[];
}
