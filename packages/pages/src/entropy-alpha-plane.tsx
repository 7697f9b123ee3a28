import { type Image, type Mask, planes } from '@mtpi/polsar-priors';
import { frame, image, line } from '@observablehq/plot';
import ndarray from 'ndarray';
import { SERIES_COLORS } from './plot';
import { PlotFigure } from './plot-figure';
import { quicklookUrl } from './quicklook-renderer';

const ROWS = 90;
const COLS = 100;

/**
 * Counts pixels in the plane of entropy (0 to 1, across) and mean alpha (0° to 90°, upwards).
 *
 * @param priors H, A and alpha in degrees [3, rows, cols]; pixels where the mask is 0 are not counted.
 * @param counts of further rows of the same image, to add to.
 * @returns counts [90, 100], the highest alpha first.
 */
export function entropyAlphaCounts(
  priors: Image,
  mask?: Mask,
  counts: Float32Array = new Float32Array(ROWS * COLS),
): Float32Array {
  const cols = priors.shape[2];
  const [entropy, , alpha] = planes(priors);
  for (let i = 0; i < entropy.length; i++) {
    if (mask?.get(Math.floor(i / cols), i % cols) === 0) continue;
    const row = ROWS - 1 - Math.min(ROWS - 1, Math.floor(alpha[i]));
    counts[row * COLS + Math.min(COLS - 1, Math.floor(entropy[i] * COLS))]++;
  }
  return counts;
}

/**
 * The outline of what 2 × 2 covariances can have, H and α: with eigenvectors that are the two channels themselves, α is 90° times
 * the share p of one eigenvalue (Cloude 2007, "The dual polarization entropy/alpha decomposition: a PALSAR case study").
 */
const OUTLINE = Array.from({ length: 101 }, (_, i): [H: number, alpha: number] => {
  const p = i / 100;
  const H = [p, 1 - p].reduce((sum, share) => sum - (share > 0 ? share * Math.log2(share) : 0), 0);
  return [H, 90 * p];
});

/** Scatter density of H and α on a logarithmic scale, and the outline of what is possible. `counts`: of `entropyAlphaCounts`. */
export function EntropyAlphaPlane({ caption, counts }: { caption: string; counts: Float32Array }) {
  const margin = { marginLeft: 40, marginRight: 10, marginTop: 24, marginBottom: 34 };
  const [width, height] = [2 * COLS, 2 * ROWS];
  const density = { src: densityUrl(counts), x: 0.5, y: 45, width, height, preserveAspectRatio: 'none' };
  return (
    <PlotFigure
      caption={caption}
      options={{
        ...margin,
        width: width + margin.marginLeft + margin.marginRight,
        height: height + margin.marginTop + margin.marginBottom,
        x: { domain: [0, 1], ticks: 5, label: 'H' },
        y: { domain: [0, 90], ticks: [0, 30, 60, 90], label: 'α, °' },
        marks: [image([0], density), line(OUTLINE, { strokeOpacity: 0.5 }), frame({ strokeOpacity: 0.3 })],
      }}
    />
  );
}

function densityUrl(counts: Float32Array): string {
  const color = SERIES_COLORS[0].match(/\w\w/g)?.map((hex) => Number.parseInt(hex, 16)) as number[];
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0));
  const data = new Uint8ClampedArray(4 * counts.length);
  color.forEach((level, band) => data.fill(level, band * counts.length, (band + 1) * counts.length));
  data.set(
    counts.map((count) => (255 * Math.log1p(count)) / most),
    3 * counts.length,
  );
  return quicklookUrl(ndarray(data, [4, ROWS, COLS]));
}
