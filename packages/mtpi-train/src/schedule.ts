/** A learning rate that falls from `initial` to `final` along half a cosine over `total` steps and stays there. */
export interface CosineSchedule {
  initial: number;
  final: number;
  total: number;
}

/** Learning rate at step `t` (0 ≤ t) of a cosine annealing (Loshchilov & Hutter 2017). */
export function cosineRate({ initial, final, total }: CosineSchedule, t: number): number {
  const phase = Math.min(t / total, 1);
  return final + ((initial - final) * (1 + Math.cos(Math.PI * phase))) / 2;
}
