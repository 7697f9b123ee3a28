/** 10·log₁₀ of a power. */
export const decibel = (power: number): number => 10 * Math.log10(power);
