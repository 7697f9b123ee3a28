import { check } from './errors';

/** A seeded random number generator (xoshiro128**, Blackman & Vigna 2018) whose state can be saved and restored. */
export class Random {
  private readonly state = new Uint32Array(4);

  /** @param stream number of an independent sequence for the same seed. */
  constructor(seed: number, stream = 0) {
    // splitmix32 spreads the seed over the state.
    let z = (seed + Math.imul(stream, 0x85ebca6b)) >>> 0;
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0;
      let x = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
      this.state[i] = x ^ (x >>> 15);
    }
  }

  /** The state, as four numbers. */
  save(): number[] {
    return [...this.state];
  }

  /**
   * Continues from a saved state.
   *
   * @throws PolsarError `InvalidArgument` for what `save` cannot have returned.
   */
  restore(state: readonly number[]): void {
    const isState =
      Array.isArray(state) &&
      state.length === 4 &&
      state.every((value) => value === value >>> 0) &&
      state.some((value) => value !== 0); // else all numbers to come would be 0
    check(isState, 'Random.restore', 'a saved state', `[${state}]`);
    this.state.set(state);
  }

  private next(): number {
    const s = this.state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + ((high - low) * this.next()) / 2 ** 32;
  }

  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)];
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fills `out` with independent normal values of the given standard deviation (Box–Muller, two at a time). */
  fillNormal(out: Float32Array, deviation = 1): void {
    for (let i = 0; i < out.length; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      out[i] = radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
    }
  }

  /** Gamma with shape k ≥ ⅓ and mean 1 (Marsaglia & Tsang 2000). */
  gamma(k: number): number {
    const boost = k < 1 ? this.uniform() ** (1 / k) : 1;
    const d = (k < 1 ? k + 1 : k) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v))
        return (boost * d * v) / k;
    }
  }
}
