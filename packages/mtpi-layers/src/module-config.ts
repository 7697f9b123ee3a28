/** Filters of the frequency branch: fractional Gabor or fractional Fourier transform. */
export type FilterKind = 'FrGT' | 'FrFT';

/** Options that SPP, DDCR and R²A share. */
export interface ModuleConfig {
  channels: number;
  /** Default 'FrGT'. */
  filter?: FilterKind;
  /** Dropout rate of the filter banks in training. Default 0.3. */
  dropoutRate?: number;
  /** Seed of dropout. Default 0. */
  seed?: number;
}
