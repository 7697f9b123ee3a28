declare module 'jstat' {
  const jStat: {
    /** Regularized lower incomplete gamma function P(a, x). */
    lowRegGamma(a: number, x: number): number;
  };
  export default jStat;
}
