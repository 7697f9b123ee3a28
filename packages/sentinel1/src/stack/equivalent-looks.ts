import {
  impulseResponse,
  type Looks,
  type SpeckleCorrelation,
  type SpectralWindow,
} from '@mtpi/polsar-priors';
import { cellWeights } from '../geocoding/cell-means';
import type { CellSize } from '../geocoding/cell-size';

/**
 * Equivalent number of looks that intensities of homogeneous ground have after multilooking and, on a map, averaging over cells:
 * 1 / Σ wᵢ·wⱼ·ρ²ᵢ₋ⱼ along each axis, with the weights w of the samples in a pixel and the correlation ρ of complex samples that
 * the spectral windows of the processor leave.
 *
 * @param cell Size of a map cell in multilooked pixels; none in radar geometry.
 */
export function equivalentLooks(
  { range, azimuth }: SpeckleCorrelation,
  looks: Looks,
  cell?: CellSize,
): number {
  return axisLooks(range, looks.range, cell?.columns) * axisLooks(azimuth, looks.azimuth, cell?.rows);
}

/** Positions between pixels that cells are taken at. */
const POSITIONS = 16;

function axisLooks(window: SpectralWindow | undefined, looks: number, cell: number | undefined): number {
  const taps = impulseResponse(window);
  const correlation = (lag: number) => taps.slice(lag).reduce((sum, tap, k) => sum + tap * taps[k], 0) ** 2;
  const correlations = Array.from(taps, (_, lag) => correlation(lag));
  const variance = (pixels: ArrayLike<number>) => {
    const samples = Array.from(
      { length: pixels.length * looks },
      (_, i) => pixels[Math.floor(i / looks)] / looks,
    );
    let sum = 0;
    for (const [i, weight] of samples.entries())
      for (let lag = 0; lag < correlations.length && lag <= i; lag++)
        sum += (lag === 0 ? 1 : 2) * weight * samples[i - lag] * correlations[lag];
    return sum;
  };
  if (cell === undefined) return 1 / variance([1]);
  let mean = 0;
  for (let p = 0; p < POSITIONS; p++) mean += variance(cellWeights((p + 0.5) / POSITIONS, cell)) / POSITIONS;
  return 1 / mean;
}
