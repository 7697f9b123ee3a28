import { boxcar, haAlpha, type Image, planes } from '@mtpi/polsar-priors';
import escapeHtml from 'escape-html';
import { pngUrl } from './picture';

const ROWS = 90;
const COLS = 100;

/** Red, green, blue of the ink that stands for pixels. */
const INK = [0.91, 0.35, 0.05];

/**
 * Where the pixels of a covariance lie in the plane of entropy (0 to 1, across) and mean alpha (0° to 90°, upwards): the
 * darker, the more of them, on a logarithmic scale.
 *
 * @param window of the average before H and α are taken; 1 for none.
 */
export function entropyAlphaPlane(title: string, c2: Image, window: number): string {
  const [entropy, , alpha] = planes(haAlpha(window > 1 ? boxcar(c2, window) : c2));
  const counts = new Float32Array(ROWS * COLS);
  for (let i = 0; i < entropy.length; i++) {
    const row = ROWS - 1 - Math.min(ROWS - 1, Math.floor(alpha[i]));
    counts[row * COLS + Math.min(COLS - 1, Math.floor(entropy[i] * COLS))]++;
  }
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0));
  const density = counts.map((count) => Math.log1p(count) / most);
  const url = pngUrl([...INK.map((level) => density.map(() => level)), density], ROWS, COLS);
  const ticks = [0, 30, 60, 90].map(
    (tick) => `<text class="tick" text-anchor="end" x="30" y="${190 - 2 * tick + 4}">${tick}°</text>`,
  );
  const across = [0, 0.5, 1].map(
    (tick) => `<text class="tick" text-anchor="middle" x="${36 + 200 * tick}" y="206">${tick}</text>`,
  );
  return `<figure class="plane"><svg viewBox="0 0 246 212" role="img"><rect class="box" x="36" y="10" width="200" height="180"/><image href="${url}" x="36" y="10" width="200" height="180" preserveAspectRatio="none"/>${[...ticks, ...across].join('')}</svg><figcaption>${escapeHtml(title)}</figcaption></figure>`;
}
