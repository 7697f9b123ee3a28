/** Spectral window of one axis: pass band as a share of the sampling frequency, and generalised-Hamming coefficient. */
export interface SpectralWindow {
  bandwidth: number;
  alpha: number;
}

/** Spectral windows of an acquisition; an axis without one has speckle independent from pixel to pixel. */
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

/** Processing bandwidths of Sentinel-1 interferometric wide swath products, from their annotation. */
export const sentinel1Swaths = {
  IW1: swath(56.5e6, 327, 0.7),
  IW2: swath(48.3e6, 313, 0.75),
  IW3: swath(42.79e6, 314, 0.75),
} as const;

/** Taps on each side of the impulse response's centre; what lies beyond holds less than 0.2 % of its energy. */
const RADIUS = 6;

/**
 * Impulse response of a generalised-Hamming window W(f) = α + (1 − α)·cos(2πf/B), |f| ≤ B/2, at integer lags −6 … 6,
 * of unit energy. Without a window it is a single 1.
 */
export function impulseResponse(window: SpectralWindow | undefined): Float64Array {
  if (!window) return Float64Array.of(1);
  const { bandwidth, alpha } = window;
  // ∫cos(2πfk)·W(f) df in closed form: three sinc terms.
  const band = (k: number) => (k === 0 ? bandwidth : Math.sin(Math.PI * k * bandwidth) / (Math.PI * k));
  const taps = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) => {
    const k = i - RADIUS;
    const shift = 1 / bandwidth;
    return alpha * band(k) + ((1 - alpha) / 2) * (band(k + shift) + band(k - shift));
  });
  const energy = Math.sqrt(taps.reduce((sum, tap) => sum + tap * tap, 0));
  return taps.map((tap) => tap / energy);
}

/** Convolves a plane with `taps` along rows (stride 1) or columns (stride = columns), periodically. */
export function convolveAxis(plane: Float32Array, taps: Float64Array, rows: number, cols: number, axis: 'range' | 'azimuth'): Float32Array {
  if (taps.length === 1) return plane;
  const radius = (taps.length - 1) / 2;
  const result = new Float32Array(plane.length);
  if (axis === 'range') {
    const line = new Float32Array(cols + 2 * radius);
    for (let r = 0; r < rows; r++) {
      const row = plane.subarray(r * cols, (r + 1) * cols);
      for (let i = 0; i < line.length; i++) line[i] = row[(((i - radius) % cols) + cols) % cols];
      for (let c = 0; c < cols; c++) {
        let sum = 0;
        for (let k = 0; k < taps.length; k++) sum += taps[k] * line[c + k];
        result[r * cols + c] = sum;
      }
    }
    return result;
  }
  for (let r = 0; r < rows; r++) {
    const out = result.subarray(r * cols, (r + 1) * cols);
    for (let k = 0; k < taps.length; k++) {
      const source = (((r + k - radius) % rows) + rows) % rows;
      const row = plane.subarray(source * cols, (source + 1) * cols);
      const tap = taps[k];
      for (let c = 0; c < cols; c++) out[c] += tap * row[c];
    }
  }
  return result;
}
