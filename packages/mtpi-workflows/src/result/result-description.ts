import type { GeoTiffOptions, Polarization } from '@mtpi/sar-io';

/** Power, power in dB, or amplitude. */
export type OutputScale = 'linear' | 'db' | 'amplitude';

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
