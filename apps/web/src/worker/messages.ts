/** What page and worker tell each other. */
import type { Window } from '@mtpi/polsar-priors';
import type { Contents, Input } from './describe';
import type { Engine, Weights } from './network';
import type { Stretch } from './pictures';

/** The files of one date. */
export interface JobDate {
  files: readonly { input: Input; contents: Contents }[];
  /** In ISO 8601. */
  acquired: string;
}

export interface Job {
  /** From the first to the last. */
  dates: readonly JobDate[];
  /** Index of the date to despeckle, neither the first nor the last. */
  target: number;
  /** Part of the date to despeckle; default: the common area of all dates. */
  area?: Window;
  weights: Weights;
  /** Default the fastest one. */
  engine?: Engine;
}

/** Where the dates of a job lie. */
export interface Placement {
  /** Columns and rows of the date to despeckle. */
  width: number;
  height: number;
  /** The part of it that all dates cover. */
  shared: Window;
  /** How dates were brought together, where they differ. */
  notes: readonly string[];
}

/** Progress shown by the page while the worker is busy. */
export type JobEvent =
  | { stage: 'reading' | 'loading' }
  | { stage: 'read'; scene: SceneDescription; stretch: Stretch }
  | { stage: 'running'; done: number; total: number }
  | { stage: 'tile'; x: number; y: number; bitmap: ImageBitmap }
  /** Something could not be shown; the job goes on. */
  | { stage: 'problem'; message: string };

export interface SceneDescription {
  width: number;
  height: number;
  /** Polarizations of both channels. */
  channels: readonly [string, string];
  hasCovariance: boolean;
  acquired: string;
  /** Assumptions about the files, and anomalies. */
  warnings: readonly string[];
}

export type Side = 'before' | 'after';
