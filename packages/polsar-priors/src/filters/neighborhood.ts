/** Visits the pixels of a square window around a pixel that lie inside the image: flat index, row and column offset. */
export function forNeighbors(
  pixel: number,
  rows: number,
  cols: number,
  window: number,
  visit: (index: number, dy: number, dx: number) => void,
): void {
  const radius = (window - 1) / 2;
  const row = Math.floor(pixel / cols);
  const col = pixel - row * cols;
  const [top, bottom] = [Math.max(0, row - radius), Math.min(rows - 1, row + radius)];
  const [left, right] = [Math.max(0, col - radius), Math.min(cols - 1, col + radius)];
  for (let r = top; r <= bottom; r++) {
    for (let c = left; c <= right; c++) visit(r * cols + c, r - row, c - col);
  }
}
