import { check } from '../errors';

/** Spectral window of one axis: bandwidth as a fraction of the sampling frequency, and generalized Hamming coefficient. */
export interface SpectralWindow {
  bandwidth: number;
  alpha: number;
}

/** Spectral windows of an acquisition; without one, speckle is uncorrelated between pixels along that axis. */
export interface SpeckleCorrelation {
  range?: SpectralWindow;
  azimuth?: SpectralWindow;
}

const RANGE_SAMPLING = 64.34523812571428e6;
const AZIMUTH_SAMPLING = 486.4863103;

const swath = (range: number, azimuth: number, azimuthAlpha: number): SpeckleCorrelation => ({
  range: { bandwidth: range / RANGE_SAMPLING, alpha: 0.75 },
  azimuth: { bandwidth: azimuth / AZIMUTH_SAMPLING, alpha: azimuthAlpha },
});

/** Spectral windows of Sentinel-1 interferometric wide swath products, from the processing bandwidths in their annotation. */
export const sentinel1Swaths = {
  IW1: swath(56.5e6, 327, 0.7),
  IW2: swath(48.3e6, 313, 0.75),
  IW3: swath(42.79e6, 314, 0.75),
} as const;

/** Taps on each side of the center of the impulse response. */
const RADIUS = 4;

/** ∫ cos(2πfk) df over |f| ≤ B/2. */
const band = (bandwidth: number, k: number) =>
  k === 0 ? bandwidth : Math.sin(Math.PI * k * bandwidth) / (Math.PI * k);

/**
 * Impulse response of a generalized Hamming window W(f) = α + (1 − α)·cos(2πf/B), |f| ≤ B/2, at integer lags −4 … 4,
 * with unit energy. Truncation raises the correlation of neighboring pixels, so B is widened by up to 3 % until it is
 * that of the whole response. Without a window it is a single 1.
 *
 * @throws PolsarError `InvalidArgument` unless 0.3 ≤ bandwidth ≤ 1 and 0.5 ≤ alpha ≤ 1.
 */
export function impulseResponse(window: SpectralWindow | undefined): Float64Array {
  if (!window) return Float64Array.of(1);
  const { bandwidth, alpha } = window;
  check(bandwidth >= 0.3 && bandwidth <= 1, 'impulseResponse', 'a bandwidth in [0.3, 1]', bandwidth);
  check(alpha >= 0.5 && alpha <= 1, 'impulseResponse', 'an alpha in [0.5, 1]', alpha);
  const wanted = neighborCorrelation(window);
  let [low, high] = [bandwidth, 1.1 * bandwidth];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const taps = responseTaps({ bandwidth: middle, alpha });
    const correlation = taps.slice(1).reduce((sum, tap, k) => sum + tap * taps[k], 0);
    if (correlation > wanted) low = middle;
    else high = middle;
  }
  return responseTaps({ bandwidth: low, alpha });
}

/** Correlation of neighboring complex pixels for the whole window: ∫W²(f)·cos(2πf) df / ∫W²(f) df. */
function neighborCorrelation({ bandwidth, alpha }: SpectralWindow): number {
  const rest = 1 - alpha;
  const squared = (k: number) =>
    (alpha * alpha + (rest * rest) / 2) * band(bandwidth, k) +
    alpha * rest * (band(bandwidth, k + 1 / bandwidth) + band(bandwidth, k - 1 / bandwidth)) +
    ((rest * rest) / 4) * (band(bandwidth, k + 2 / bandwidth) + band(bandwidth, k - 2 / bandwidth));
  return squared(1) / squared(0);
}

/** ∫W(f)·cos(2πfk) df at the lags −4 … 4, scaled to unit energy. */
function responseTaps({ bandwidth, alpha }: SpectralWindow): Float64Array {
  const taps = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) => {
    const k = i - RADIUS;
    const sides = band(bandwidth, k + 1 / bandwidth) + band(bandwidth, k - 1 / bandwidth);
    return alpha * band(bandwidth, k) + ((1 - alpha) / 2) * sides;
  });
  const energy = Math.sqrt(taps.reduce((sum, tap) => sum + tap * tap, 0));
  return taps.map((tap) => tap / energy);
}
