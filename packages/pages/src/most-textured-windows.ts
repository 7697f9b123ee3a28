import { type Image, type Mask, planes, type Window } from '@mtpi/polsar-priors';

/**
 * The `count` windows of `size` × `size` pixels, of those that tile the image, with the largest variance of the logarithm
 * of the first band; fewer where there are fewer without invalid pixels.
 */
export function mostTexturedWindows(image: Image, size: number, count: number, mask?: Mask): Window[] {
  const [, rows, cols] = image.shape;
  const [plane] = planes(image);
  const found: { window: Window; variance: number }[] = [];
  for (let y = 0; y + size <= rows; y += size) {
    for (let x = 0; x + size <= cols; x += size) {
      let [sum, squares] = [0, 0];
      let valid = true;
      for (let r = y; r < y + size; r++)
        for (let i = r * cols + x; i < r * cols + x + size; i++) {
          valid &&= mask?.data[i] !== 0;
          const level = Math.log(Math.max(plane[i], Number.MIN_VALUE));
          sum += level;
          squares += level * level;
        }
      if (!valid) continue;
      const mean = sum / size ** 2;
      const variance = squares / size ** 2 - mean ** 2;
      found.push({ window: { x, y, width: size, height: size }, variance });
    }
  }
  return found
    .sort((a, b) => b.variance - a.variance)
    .slice(0, count)
    .map(({ window }) => window);
}
