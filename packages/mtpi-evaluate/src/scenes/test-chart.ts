import { createImage, planes, type Scene } from '@mtpi/polsar-priors';

/** Level of the ground: VV −11 dB, VH −18 dB. */
const GROUND = { vv: -11, vh: -18 };

/**
 * A chart of typical despeckling errors, in quarters: fields 1, 2, 3 and 6 dB brighter or darker than the ground around
 * them; lines 1 to 3 pixels wide, bright and dark, upright and slanted; bright points, of 6 to 24 dB; edges of 3 to 12 dB
 * in curves and corners. |ρ| is 0.1, in the fields up to 0.4.
 */
export function testChart(rows: number, cols: number): Scene {
  const size = rows * cols;
  const gain = new Float32Array(size);
  const rho = new Float32Array(size).fill(0.1);
  const [height, width] = [rows / 2, cols / 2];
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      // Place in the quarter, in 96ths of its side.
      const [y, x] = [((r % height) * 96) / height, ((c % width) * 96) / width];
      const quarter = 2 * Math.floor(r / height) + Math.floor(c / width);
      gain[i] = [field, lines, point, edges][quarter](y, x);
      if (quarter === 0) rho[i] = field(y, x) === 0 ? 0.1 : 0.1 + 0.075 * Math.floor(y / 24 + 1);
    }
  }
  const reflectivity = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(reflectivity);
  for (let i = 0; i < size; i++) {
    c11[i] = 10 ** ((GROUND.vv + gain[i]) / 10);
    c22[i] = 10 ** ((GROUND.vh + 0.8 * gain[i]) / 10);
    const cross = rho[i] * Math.sqrt(c11[i] * c22[i]);
    re[i] = 0.8 * cross;
    im[i] = 0.6 * cross;
  }
  // Each quarter changes as a whole.
  const fields = Uint32Array.from(
    gain,
    (_, i) => 2 * Math.floor(Math.floor(i / cols) / height) + Math.floor((i % cols) / width),
  );
  return { reflectivity, fields, fieldCount: 4, coherence: new Float32Array(4) };
}

/** Squares in a 4 × 4 grid: each row of one contrast, sides of 18, 12, 8 and 4, brighter and darker in turn. */
function field(y: number, x: number): number {
  const [row, col] = [Math.floor(y / 24), Math.floor(x / 24)];
  const side = [18, 12, 8, 4][col];
  const inside = Math.max(Math.abs((y % 24) - 12), Math.abs((x % 24) - 12)) < side / 2;
  return inside ? [1, 2, 3, 6][row] * ((row + col) % 2 ? -1 : 1) : 0;
}

/** Upright lines above, slanted ones below: 1, 2 and 3 wide, 8 dB brighter, then 6 dB darker. */
function lines(y: number, x: number): number {
  const at = y < 48 ? x : (((x + 0.6 * y) % 96) + 96) % 96;
  const line = Math.floor(at / 16);
  const wide = 1 + (line % 3);
  return Math.abs((at % 16) - 8) < wide / 2 ? (line < 3 ? 8 : -6) : 0;
}

/** Points in a 4 × 4 grid, brighter from row to row, of 1 × 1 to 3 × 3 pixels from column to column. */
function point(y: number, x: number): number {
  const [row, col] = [Math.floor(y / 24), Math.floor(x / 24)];
  const half = [0.5, 1, 1, 1.5][col];
  const inside = Math.max(Math.abs((y % 24) - 12), Math.abs((x % 24) - 12)) < half;
  return inside ? 6 * (row + 1) : 0;
}

/** Discs inside each other, 3 dB a step, in a corner of dark water. */
function edges(y: number, x: number): number {
  const ring = Math.floor(Math.hypot(y - 40, x - 40) / 9);
  if (x + y > 130) return -12;
  return ring < 4 ? 9 - 3 * ring : 0;
}
