/** Indices into the dates of a stack: the three inputs of the network, and possible references. */
export interface Noise2NoiseSample {
  target: number;
  previous: number;
  next: number;
  references: number[];
}

/**
 * Training samples of so many dates in temporal order. References are never inputs, so their speckle is independent of
 * the inputs wherever the ground is not coherent.
 *
 * Of four or more dates, three in a row are inputs and others are references, not next to them where there is a choice.
 * Of three, the outer two take turns: one is the reference, and the other stands for both adjacent dates.
 * None for fewer.
 */
export function noise2NoiseSamples(dates: number): Noise2NoiseSample[] {
  if (dates === 3) {
    return [
      { target: 1, previous: 0, next: 0, references: [2] },
      { target: 1, previous: 2, next: 2, references: [0] },
    ];
  }
  const result: Noise2NoiseSample[] = [];
  for (let target = 1; target < dates - 1; target++) {
    const others = Array.from({ length: dates }, (_, i) => i).filter((i) => Math.abs(i - target) > 1);
    const apart = others.filter((i) => Math.abs(i - target) > 2);
    const references = apart.length > 0 ? apart : others;
    result.push({ target, previous: target - 1, next: target + 1, references });
  }
  return result;
}
