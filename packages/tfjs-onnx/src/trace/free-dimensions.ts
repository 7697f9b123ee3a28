import { TfjsOnnxError } from '../errors';

/** Two sets of primes for the same dimensions, larger than any constant length that a network is likely to have. */
const PRIMES = [
  [1009, 1013, 1019, 1021, 1031, 1033],
  [1039, 1049, 1051, 1061, 1063, 1069],
];

interface FreeDimension {
  name: string;
  /** The length is a multiple of this. */
  multipleOf: number;
  prime: number;
}

/**
 * Dimensions whose length the graph leaves open. While tracing each has a length that is a multiple of a prime of its own,
 * so that the factors of a number in a shape show the lengths that it is a product of.
 */
export class FreeDimensions {
  private readonly dimensions: readonly FreeDimension[];

  /**
   * @param attempt which of the sets of primes the lengths are made of.
   * @throws TfjsOnnxError `InvalidArgument` for more names than there are primes.
   */
  constructor(names: Iterable<string> = [], multiples: Record<string, number> = {}, attempt: 0 | 1 = 0) {
    const distinct = [...new Set(names)];
    const most = PRIMES[attempt].length;
    if (distinct.length > most) {
      throw new TfjsOnnxError(
        'InvalidArgument',
        `trace: expected at most ${most} free dimensions, found ${distinct.length}: ${distinct.join(', ')}`,
        { expected: `at most ${most} free dimensions`, found: String(distinct.length) },
      );
    }
    this.dimensions = distinct.map((name, i) => ({
      name,
      multipleOf: multiples[name] ?? 1,
      prime: PRIMES[attempt][i],
    }));
  }

  get any(): boolean {
    return this.dimensions.length > 0;
  }

  /** The length of a dimension while tracing; of a number, the number. */
  lengthOf(dimension: string | number): number {
    if (typeof dimension === 'number') return dimension;
    const { multipleOf, prime } = this.dimensions.find(({ name }) => name === dimension) as FreeDimension;
    return multipleOf * prime;
  }

  /** A length as it is declared: a number, the name of a dimension, or a product of such. */
  declared(length: number): string | number {
    if (!this.isFree(length)) return length;
    const own = this.dimensions.find(({ name }) => this.lengthOf(name) === length);
    if (own) return own.name;
    const { constant, dimensions } = this.factorsOf(length);
    const lengths = dimensions.map(({ name, multipleOf }) =>
      multipleOf === 1 ? name : `${name}/${multipleOf}`,
    );
    return [...(constant === 1 ? [] : [constant]), ...lengths].join('*');
  }

  /** Whether a length depends on a free dimension. */
  isFree(length: number): boolean {
    return length !== 0 && this.dimensions.some(({ prime }) => length % prime === 0);
  }

  /** A length as `constant` times the lengths of dimensions, each divided by what it is a multiple of. */
  factorsOf(length: number): { constant: number; dimensions: FreeDimension[] } {
    let constant = length;
    const dimensions: FreeDimension[] = [];
    for (const dimension of this.dimensions)
      for (; constant % dimension.prime === 0; constant /= dimension.prime) dimensions.push(dimension);
    return { constant, dimensions };
  }
}
