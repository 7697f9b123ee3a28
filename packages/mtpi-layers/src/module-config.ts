/** Filters of the frequency branch: fractional Gabor or fractional Fourier transform. */
export type FilterKind = 'FrGT' | 'FrFT';

/** What the larger modules are made with. */
export interface ModuleConfig {
  channels: number;
  /** Default 'FrGT'. */
  filter?: FilterKind;
  /** Share of the filter banks' outputs that are dropped in training. Default 0.3. */
  dropoutRate?: number;
  /** Start of the choice of dropped units. Default 0. */
  seed?: number;
}
