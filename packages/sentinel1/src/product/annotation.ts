import type { Polarization } from '@mtpi/sar-io';

export const POLARIZATIONS: readonly Polarization[] = ['VV', 'VH', 'HH', 'HV'];

/** Whether the satellite flies north or south. */
export const PASSES = ['ascending', 'descending'] as const;

/** Position (m) and velocity (m/s) of the satellite in the Earth-fixed frame at a time (s). */
export interface StateVector {
  time: number;
  position: readonly [number, number, number];
  velocity: readonly [number, number, number];
}

/** Coefficients c₀ + c₁(τ − t0) + c₂(τ − t0)² over the two-way slant range time τ (s), for data around `time`. */
export interface RangePolynomial {
  time: number;
  t0: number;
  coefficients: readonly number[];
}

/** One burst of a TOPS swath; its lines lie `linesPerBurst` · index below the top of the measurement. */
export interface Burst {
  /** Zero-Doppler time (s) of the first line. */
  time: number;
  /** Raw sensing time (s) of the first line. */
  sensingTime: number;
  /** Seconds since the ascending node of the first line. */
  anxTime: number;
  /** Where the burst starts in the TIFF file. */
  byteOffset: number;
  /** ESA's burst number, unique within a swath; computed where a processor before 3.40 does not tell it. */
  id?: number;
  /** Per line, the first and last valid sample, both inclusive; −1: the whole line is invalid. */
  firstValidSample: Int32Array;
  lastValidSample: Int32Array;
}

/** A point of the geolocation grid. */
export interface GeolocationGridPoint {
  /** Row of the burst-stacked measurement, and sample. */
  line: number;
  sample: number;
  /** Annotated azimuth time (s) and two-way slant range time (s). */
  time: number;
  slantRangeTime: number;
  /** Degrees, degrees and metres above the WGS84 ellipsoid. */
  latitude: number;
  longitude: number;
  height: number;
  /** Degrees. */
  incidenceAngle: number;
}

/**
 * What the annotation of one swath and polarization tells. All times are seconds since 00:00 UTC of `epoch`, so that
 * microseconds survive in a double.
 */
export interface Annotation {
  path: string;
  /** Day that times count from, `YYYY-MM-DD`. */
  epoch: string;
  /** `S1A` … `S1D`. */
  mission: string;
  mode: string;
  productType: string;
  /** `IW1`, `IW2` or `IW3`. */
  swath: string;
  polarization: Polarization;
  pass: (typeof PASSES)[number];
  absoluteOrbit: number;
  /** Hz. */
  radarFrequency: number;
  rangeSamplingRate: number;
  /** Degrees per second. */
  azimuthSteeringRate: number;
  /** Seconds between lines. */
  azimuthTimeInterval: number;
  /** Two-way time (s) of the first sample. */
  slantRangeTime: number;
  ascendingNodeTime: number;
  /** Size of the burst-stacked measurement. */
  lines: number;
  samples: number;
  linesPerBurst: number;
  bursts: readonly Burst[];
  orbit: readonly StateVector[];
  /** Azimuth FM rate (Hz/s). */
  azimuthFmRates: readonly RangePolynomial[];
  /** Doppler centroid (Hz): from data where the processor used data, else from geometry. */
  dopplerCentroids: readonly RangePolynomial[];
  /** Hz, and the coefficient of the generalised Hamming window. */
  azimuthBandwidth: number;
  azimuthWindow: number;
  rangeBandwidth: number;
  rangeWindow: number;
  /** Row by row; a row for every burst's first line and, but for processor 2.91, one for the last line. */
  grid: readonly GeolocationGridPoint[];
}
