import type { Plane } from '../planar-source';

/** Value = factor · number + offset. */
export interface Scaling {
  factor: number;
  offset: number;
}

/** A plane of values whose numbers are stored by another. */
export function scaledPlane(plane: Plane, { factor, offset }: Scaling): Plane {
  if (factor === 1 && offset === 0) return plane;
  return {
    async read(window, targets, signal) {
      await plane.read(window, targets, signal);
      for (const target of targets) {
        for (let i = 0; i < target.length; i++) target[i] = factor * target[i] + offset;
      }
    },
  };
}
