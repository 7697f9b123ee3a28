import { type Image, type Mask, planes } from '@mtpi/polsar-priors';
import escapeHtml from 'escape-html';
import { pngUrl } from './picture';

const ROWS = 90;
const COLS = 100;

/** Red, green, blue of the ink that stands for pixels. */
const INK = [0.91, 0.35, 0.05];

/**
 * How many pixels lie where in the plane of entropy (0 to 1, across) and mean alpha (0° to 90°, upwards).
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

/** A picture of `entropyAlphaCounts`: the darker, the more pixels, on a logarithmic scale. */
export function entropyAlphaPlane(title: string, counts: Float32Array): string {
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0));
  const density = counts.map((count) => Math.log1p(count) / most);
  const url = pngUrl([...INK.map((level) => density.map(() => level)), density], ROWS, COLS);
  const ticks = [0, 30, 60, 90].map(
    (tick) => `<text class="tick" text-anchor="end" x="30" y="${190 - 2 * tick + 4}">${tick}°</text>`,
  );
  const across = [0, 0.5, 1].map(
    (tick) => `<text class="tick" text-anchor="middle" x="${36 + 200 * tick}" y="206">${tick}</text>`,
  );
  return `<figure class="plane"><svg viewBox="0 0 246 212" role="img" aria-label="${escapeHtml(title)}"><rect class="box" x="36" y="10" width="200" height="180"/><image href="${url}" x="36" y="10" width="200" height="180" preserveAspectRatio="none"/>${[...ticks, ...across].join('')}</svg><figcaption>${escapeHtml(title)}</figcaption></figure>`;
}
