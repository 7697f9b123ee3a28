/**
 * First pixels of tiles of `tile` pixels that cover `length` with at least `overlap` pixels shared by neighbours.
 * The last tile ends with the image; a single tile covers an image no longer than it.
 */
export function tileStarts(length: number, tile: number, overlap: number): number[] {
  if (length <= tile) return [0];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)));
}

/**
 * Blending weights along one axis of a tile: rising and falling over `overlap` pixels as sin², so that overlapping
 * tiles pass into each other without an edge. Flat towards the image's own border.
 */
export function blendingRamp(tile: number, overlap: number, first: boolean, last: boolean): Float32Array {
  return Float32Array.from({ length: tile }, (_, i) => {
    const rise = first ? 1 : Math.sin((Math.PI / 2) * Math.min(1, (i + 0.5) / overlap)) ** 2;
    const fall = last ? 1 : Math.sin((Math.PI / 2) * Math.min(1, (tile - i - 0.5) / overlap)) ** 2;
    return rise * fall;
  });
}
