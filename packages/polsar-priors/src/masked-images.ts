import ndarray from 'ndarray';
import { checkList } from './errors';
import { checkSameShape, createImage, type Image, type Mask, planes, validity } from './image';

/** An image and its valid pixels. */
export interface MaskedImage {
  /** [bands, rows, cols] */
  image: Image;
  /** [rows, cols], 0 = invalid. */
  mask: Mask;
}

/** Temporal mean over the dates at which a pixel is valid; 0 and invalid where no date is valid. */
export function maskedTemporalMean(dates: readonly MaskedImage[]): MaskedImage {
  checkList(dates, 'maskedTemporalMean', 'one image or more');
  const [bands, rows, cols] = dates[0].image.shape;
  const mean = createImage(bands, rows, cols);
  const counts = new Uint32Array(rows * cols);
  const outputs = planes(mean);
  for (const { image, mask } of dates) {
    checkSameShape(dates[0].image, image, 'maskedTemporalMean');
    const [inputs, valid] = [planes(image), validity(image, mask)];
    for (let i = 0; i < counts.length; i++) {
      if (!valid[i]) continue;
      counts[i]++;
      for (let b = 0; b < bands; b++) outputs[b][i] += inputs[b][i];
    }
  }
  for (const output of outputs) for (let i = 0; i < counts.length; i++) output[i] /= counts[i] || 1;
  return { image: mean, mask: ndarray(Uint8Array.from(counts, Math.sign), [rows, cols]) };
}

/** Pixels valid in all masks. */
export function intersectMasks(masks: readonly Mask[]): Mask {
  checkList(masks, 'intersectMasks', 'one mask or more');
  const [rows, cols] = masks[0].shape;
  const valid = masks.map((mask) => validity(createImage(0, rows, cols), mask));
  const data = Uint8Array.from({ length: rows * cols }, (_, i) => (valid.every((own) => own[i]) ? 1 : 0));
  return ndarray(data, [rows, cols]);
}

/**
 * The image with invalid pixels replaced by valid ones, mirrored at the edge of the valid area (`mirrorSources`); 0 without any
 * valid pixel.
 */
export function fillInvalid({ image, mask }: MaskedImage): Image {
  const result = createImage(image.shape[0], image.shape[1], image.shape[2]);
  const outputs = planes(result);
  const sources = mirrorSources(mask);
  validity(image, mask);
  planes(image).forEach((plane, b) => {
    for (let i = 0; i < plane.length; i++) outputs[b][i] = sources[i] < 0 ? 0 : plane[sources[i]];
  });
  return result;
}

/** The neighbors of a pixel, rows and columns away, the nearest first. */
const NEIGHBORS = [
  ...[
    [-1, 0],
    [0, -1],
    [0, 1],
    [1, 0],
  ],
  ...[
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ],
];

/**
 * For each pixel of a mask, the index (row-major) of the valid pixel that stands for it: itself; for an invalid pixel, the one
 * as far on the other side of the nearest valid pixel, so that speckle and texture go on beyond the edge. Where that one is
 * invalid too, the one that stands for it. −1 everywhere if no pixel is valid.
 *
 * @param mask [rows, cols], 0 = invalid.
 */
export function mirrorSources(mask: Mask): Int32Array {
  const [rows, cols] = mask.shape;
  const valid = validity(createImage(0, rows, cols), mask);
  const nearest = Int32Array.from(valid, (own, i) => (own ? i : -1));
  const sources = nearest.slice();
  const neighborsOf = function* (i: number) {
    for (const [dr, dc] of NEIGHBORS) {
      const [r, c] = [Math.floor(i / cols) + dr, (i % cols) + dc];
      if (r >= 0 && r < rows && c >= 0 && c < cols) yield r * cols + c;
    }
  };
  const nearestBeside = (i: number) => {
    for (const n of neighborsOf(i)) if (nearest[n] >= 0) return nearest[n];
    return -1;
  };
  let ring: number[] = [];
  for (let i = 0; i < valid.length; i++) if (!valid[i] && nearestBeside(i) >= 0) ring.push(i);
  // Ring after ring around the valid area: the pixel across the edge is valid or in an earlier ring.
  while (ring.length > 0) {
    const edges = ring.map(nearestBeside);
    const across = ring.map((i, k) => sources[reflection(i, edges[k], rows, cols)]);
    ring.forEach((i, k) => {
      nearest[i] = edges[k];
      sources[i] = across[k] < 0 ? edges[k] : across[k];
    });
    const next = new Set<number>();
    for (const i of ring) for (const n of neighborsOf(i)) if (nearest[n] < 0) next.add(n);
    ring = [...next];
  }
  return sources;
}

/** The pixel as far from the one at the edge as pixel `i`, on the other side; mirrored at the border if it is outside. */
function reflection(i: number, edge: number, rows: number, cols: number): number {
  const inside = (k: number, n: number) => (k < 0 ? -1 - k : k >= n ? 2 * n - 1 - k : k);
  const row = inside(2 * Math.floor(edge / cols) - Math.floor(i / cols), rows);
  return row * cols + inside(2 * (edge % cols) - (i % cols), cols);
}
