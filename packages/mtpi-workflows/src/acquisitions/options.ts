import type { Window } from '@mtpi/polsar-priors';
import type { Area } from '@mtpi/sentinel1';
import type { Alignment } from '../align/align-dates';
import type { JobOptions, Warning } from '../job';

/** Scale of intensities. */
export type IntensityScale = 'auto' | 'linear' | 'db' | 'amplitude';

/** The part of a scene that is used, and how other dates are brought onto its grid. */
export interface ScenePart {
  /** Only this area: of SLC products the bursts that touch it; of GRD products and rasters the part that holds it. */
  area?: Area;
  /** Only this window, in pixels of the target. */
  crop?: Window;
  /**
   * How dates on other grids are brought onto that of the target. `shared` (default): all are cropped to the area that
   * every date covers; `target`: the target's area is kept; `off`: such dates are refused.
   */
  align?: Alignment;
}

export interface TripletOptions extends ScenePart, Pick<JobOptions, 'signal'> {
  /** Scale of the intensities. Default `auto`. */
  scale?: IntensityScale;
}

export interface StackOptions extends TripletOptions, Pick<JobOptions, 'onWarning'> {
  /** For a stack: maximum number of dates used per target, including the target; at least 3. Default 65. */
  dates?: number;
  /** For a stack: the date to despeckle, as `20240305` or `20240305T170815`. Default: every date. */
  targetDate?: string;
  /** Called once for each date that is left out; of more than three dates also for assumptions about files, and copies. */
  onWarning?: (warning: Warning) => void;
}
