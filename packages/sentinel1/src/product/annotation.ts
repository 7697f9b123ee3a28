import type { SpeckleCorrelation } from '@mtpi/polsar-priors';
import type { Polarization } from '@mtpi/sar-io';
import type { StateVector } from '../geocoding/orbit';
import type { RangePolynomial } from './range-polynomial';

export const POLARIZATIONS: readonly Polarization[] = ['VV', 'VH', 'HH', 'HV'];

/** Whether a swath is one of StripMap: a single image, without bursts. */
export const isStripMap = (swath: string) => /^S[1-6]$/.test(swath);

/** Flight directions. */
export const PASSES = ['ascending', 'descending'] as const;

/**
 * One burst of a TOPS swath. Its first line is line index · `linesPerBurst` of the measurement image. A StripMap image is
 * read as one burst.
 */
export interface Burst {
  /** Zero-Doppler time (s) of the first line. */
  time: number;
  /** Raw sensing time (s) of the first line. */
  sensingTime: number;
  /** ESA burst ID, unique within a swath; computed for IW of processors before 3.40, which do not annotate it. */
  id?: number;
  /**
   * First and last valid sample of each line, both inclusive; −1: the whole line is invalid. Not annotated for StripMap,
   * where they are all of the line and zeros at its ends stand for no data.
   */
  firstValidSample: Int32Array;
  lastValidSample: Int32Array;
}

/** A point of the geolocation grid. */
export interface GeolocationGridPoint {
  /** Line of the measurement image (bursts concatenated), and sample. */
  line: number;
  sample: number;
  /** Annotated azimuth time (s) and two-way slant range time (s). */
  time: number;
  slantRangeTime: number;
  /** Degrees, degrees and meters above the WGS 84 ellipsoid. */
  latitude: number;
  longitude: number;
  height: number;
  /** Degrees. */
  incidenceAngle: number;
}

/**
 * What the annotations of SLC and GRD products have in common. All times are seconds since 00:00 UTC of `epoch`, so that a
 * double keeps microseconds.
 */
export interface ProductAnnotation {
  path: string;
  /** Day that times count from, `YYYY-MM-DD`. */
  epoch: string;
  /** `S1A` … `S1D`. */
  mission: string;
  /** `IW1` … `IW3`, `EW1` … `EW5`, `S1` … `S6`; `IW` or `EW` where swaths are merged. */
  swath: string;
  polarization: Polarization;
  /** Start (s) of the image, where the header states it. */
  startTime?: number;
  pass: (typeof PASSES)[number];
  absoluteOrbit: number;
  /** The same in all slices of a pass; hexadecimal in product names. */
  dataTake?: number;
  /** Hz. */
  radarFrequency: number;
  /** Seconds between lines. */
  azimuthTimeInterval: number;
  /** Two-way time (s) of the first sample. */
  slantRangeTime: number;
  /** Size of the measurement image (bursts concatenated). */
  lines: number;
  samples: number;
  orbit: readonly StateVector[];
  /**
   * Row by row; of SLC products a row at the first line of each burst and one at the end of the last burst, of StripMap more
   * between.
   */
  grid: readonly GeolocationGridPoint[];
}

/** The annotation of one swath and polarization of an SLC product. */
export interface Annotation extends ProductAnnotation {
  /** Hz. */
  rangeSamplingRate: number;
  /** Degrees per second. */
  azimuthSteeringRate: number;
  ascendingNodeTime: number;
  linesPerBurst: number;
  bursts: readonly Burst[];
  /** Azimuth FM rate (Hz/s). */
  azimuthFmRates: readonly RangePolynomial[];
  /** Doppler centroid (Hz), estimated from the data where the processor did so, else from geometry. */
  dopplerCentroids: readonly RangePolynomial[];
  /** Spectral windows of the processor, where they are annotated as those that `impulseResponse` takes. */
  speckle?: SpeckleCorrelation;
}

/** The points of a geolocation grid, row by row. */
export function gridRows(grid: readonly GeolocationGridPoint[]): GeolocationGridPoint[][] {
  const rows = new Map<number, GeolocationGridPoint[]>();
  for (const point of grid) {
    const row = rows.get(point.line);
    if (row) row.push(point);
    else rows.set(point.line, [point]);
  }
  return [...rows.values()];
}
