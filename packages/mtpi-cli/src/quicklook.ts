import { type Image, planes } from '@mtpi/polsar-priors';
import { PNG } from 'pngjs';

/** Grey for a power, linear in dB between the bounds. */
export interface DecibelStretch {
  low: number;
  high: number;
}

/** Gap between panels, in pixels. */
const GAP = 8;

/** A PNG of panels side by side: the first band of each image in dB. All panels have the same size. */
export function panels(images: readonly Image[], { low, high }: DecibelStretch): Uint8Array {
  const [, rows, cols] = images[0].shape;
  const width = images.length * (cols + GAP) - GAP;
  const png = new PNG({ width, height: rows, colorType: 0 });
  png.data.fill(255);
  images.forEach((image, panel) => {
    const [plane] = planes(image);
    for (let i = 0; i < plane.length; i++) {
      const level = (10 * Math.log10(Math.max(plane[i], 1e-10)) - low) / (high - low);
      const at = 4 * (Math.floor(i / cols) * width + panel * (cols + GAP) + (i % cols));
      png.data.fill(Math.round(255 * Math.min(1, Math.max(0, level))), at, at + 3);
    }
  });
  return PNG.sync.write(png, { colorType: 0 });
}
