import type { GeoTiffOptions, Polarization } from '@mtpi/sar-io';

/** Power, power in dB, or amplitude. */
export type OutputScale = 'linear' | 'db' | 'amplitude';

/** Which bands of a result are written, and how. */
export interface ResultOptions {
  /** Scale in which intensities are written; C12, H, A and alpha are not affected. Default `linear`. */
  outputScale?: OutputScale;
  /** Bands to write, such as `['VV']` or `['C11', 'alpha']`. Default: all. */
  bands?: readonly string[];
  /** Writes one file per band, as `out_VV.tif`. Default false. */
  separateBands?: boolean;
}

/** Whether a band of a result is an intensity. */
export const isIntensity = (band: string): boolean => /^(?:C11|C22|[VH]{2})$/.test(band);

/** Whether a band is meant by a name, in whatever case. */
export const isNamed = (band: string, name: string): boolean => band.toLowerCase() === name.toLowerCase();

/** A despeckled image as it is written. */
export interface Result extends Pick<GeoTiffOptions, 'width' | 'height' | 'georeference'> {
  /** Names of the bands written. */
  bands: readonly string[];
  /** Names of all bands there are, in their order. */
  computed: readonly string[];
  /** Polarizations of the target. */
  channels: readonly Polarization[];
  scale: OutputScale;
  /** A file for each band. */
  separate: boolean;
  metadata: Readonly<Record<string, string>>;
}
