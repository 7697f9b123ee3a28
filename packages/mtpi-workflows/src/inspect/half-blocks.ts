import type { NdArray } from 'ndarray';

/**
 * A quicklook as text for terminals of 24-bit color: two pixels in a character, the upper one its ink.
 *
 * @param image [4 or 2, rows, cols]: red, green, blue, alpha, or gray and alpha; transparent is black.
 */
export function halfBlocks(image: NdArray<Uint8ClampedArray>): string {
  const [bands, rows, cols] = image.shape;
  const color = (row: number, col: number) =>
    (row < rows ? [0, 1, 2] : []).map((band) => image.get(Math.min(band, bands - 2), row, col)).join(';') ||
    '0;0;0';
  let text = '';
  for (let row = 0; row < rows; row += 2) {
    for (let col = 0; col < cols; col++)
      text += `\x1b[38;2;${color(row, col)}m\x1b[48;2;${color(row + 1, col)}m▀`;
    text += '\x1b[0m\n';
  }
  return text;
}
