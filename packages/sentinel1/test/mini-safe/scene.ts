import { createImage, type Image, planes } from '@mtpi/polsar-priors';

/** C11, C22, and C12 of the classes of the ground, linear. */
const CLASSES = [
  [0.06, 0.015, 0.012, -0.004],
  [0.12, 0.03, 0.01, 0.025],
  [0.3, 0.06, -0.05, 0.03],
  [0.9, 0.3, 0.2, -0.2],
] as const;

/** Rows and columns of a field. */
export type Field = readonly [rows: number, columns: number];

export const FIELD: Field = [23, 31];

/** Covariance of the ground: oblique fields, on the continuous rows and columns of the reference image. */
function covarianceAt(row: number, column: number, field: Field): (typeof CLASSES)[number] {
  const y = Math.floor((row + 0.2 * column) / field[0]);
  const x = Math.floor((column - 0.3 * row) / field[1]);
  const hash = Math.imul(y * 7919 + x * 104_729 + 12_345, 0x9e3779b1) >>> 0;
  return CLASSES[hash >>> 30];
}

/** The covariance at the places of an image's pixels. */
export function sceneImage(
  rows: number,
  cols: number,
  place: (row: number, column: number) => readonly [number, number],
  field: Field,
): Image {
  const image = createImage(4, rows, cols);
  const bands = planes(image);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const values = covarianceAt(...place(r, c), field);
      for (let b = 0; b < 4; b++) bands[b][r * cols + c] = values[b];
    }
  }
  return image;
}
