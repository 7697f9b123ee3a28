import type { LonLat } from '@mtpi/sar-io';

/** The area of a ring, closed or not; positive counterclockwise. */
export const signedArea = (ring: readonly LonLat[]): number =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);

/** The part of a ring where a linear function of longitude and latitude is not negative. */
export const clipRing = (ring: readonly LonLat[], side: (point: LonLat) => number): LonLat[] =>
  ring.flatMap((point, i): LonLat[] => {
    const next = ring[(i + 1) % ring.length];
    const [inside, nextInside] = [side(point), side(next)];
    const own = inside >= 0 ? [point] : [];
    if (inside * nextInside >= 0) return own;
    const share = inside / (inside - nextInside);
    return [...own, [point[0] + share * (next[0] - point[0]), point[1] + share * (next[1] - point[1])]];
  });
