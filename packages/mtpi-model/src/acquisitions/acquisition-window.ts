import type { MaskedImage, TemporalMean, Window } from '@mtpi/polsar-priors';

/**
 * Pixels of one acquisition: [4, rows, cols] covariance or [2, rows, cols] intensities, and which of them are valid. Pixels
 * that are NaN or infinite, or whose intensities are not positive, count as invalid; |C12| above √(C11·C22) is limited to it.
 */
export type AcquisitionWindow = MaskedImage;

/** An acquisition that is read by windows, such as those of `openAcquisition` in `@mtpi/sar-io/node`. */
export interface ReadableAcquisition {
  readonly width: number;
  readonly height: number;
  /** Whether images hold C11, C22, C12_real and C12_imag, or only powers. */
  readonly polarimetry: 'covariance' | 'intensity';
  /** Linear powers [4 or 2, rows, cols] and which pixels are valid. */
  read(window: Window, options?: { signal?: AbortSignal }): Promise<AcquisitionWindow>;
}

/** Pixels of three acquisitions. */
export interface TripletWindow {
  target: AcquisitionWindow;
  previous: AcquisitionWindow;
  next: AcquisitionWindow;
  /** Of a series: the mean of all dates but the target, which the result is combined with. */
  temporalMean?: TemporalMean;
}

/** Three co-registered acquisitions on one grid, read by windows. */
export interface TripletSource {
  width: number;
  height: number;
  /** 4 for covariance, 2 for intensities without phase. */
  bands: 2 | 4;
  /**
   * Reads a window inside the scene. Several are read at a time: the arrays returned must not be reused; they are not
   * modified.
   *
   * @param options `signal` aborts when the result is no longer needed: on an abort, a failure, or an early leave.
   */
  read(window: Window, options: { signal?: AbortSignal }): Promise<TripletWindow>;
}

/** Full-width rows of the result, from row `y` on. Invalid pixels of the target are 0 with mask 0. */
export interface RasterRows extends AcquisitionWindow {
  y: number;
}
