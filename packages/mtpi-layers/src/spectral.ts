import * as tf from '@tensorflow/tfjs';

/**
 * Spectrum of real images (B, H, W, C): about half of its rows, for the others are mirror images. Both axes are in the
 * order of a two-step transform: row k of H = r·s at [k mod r, ⌊k / r⌋], with k mod r up to r/2 only; columns likewise,
 * all of them.
 */
export interface Spectrum {
  /** (B, ⌊r/2⌋ + 1, s, W, C), like `im`. */
  re: tf.Tensor5D;
  im: tf.Tensor5D;
  /** (⌊r/2⌋ + 1, 1, 1, 1): bins of the full spectrum that an element of each k mod r represents. */
  multiplicity: tf.Tensor4D;
}

/** Real (0) or imaginary (1) part. */
type ComplexPart = 0 | 1;
const PARTS = [0, 1] as const;

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** The two factors of a length that are nearest to each other, the larger first. */
function factorsOf(length: number): [number, number] {
  let second = Math.floor(Math.sqrt(length));
  while (length % second !== 0) second--;
  return [length / second, second];
}

/** Rows and columns of images of free size are multiples of this. */
export const SIZE_MULTIPLE = 8;

/** Whether the matrices of the transform are to be computed from tensors, see `CallOptions`. */
export interface SpectralOptions {
  freeSize?: boolean;
}

const factors = (length: number, { freeSize }: SpectralOptions): [number, number] =>
  freeSize ? [SIZE_MULTIPLE, length / SIZE_MULTIPLE] : factorsOf(length);

/** A length as a tensor, so that a traced graph computes it. */
export const lengthTensor = (length: number): tf.Scalar =>
  tf.add(tf.max(tf.range(0, length)), 1) as tf.Scalar;

/** Number of k mod r in a half spectrum. */
const halfOf = (r: number): number => Math.floor(r / 2) + 1;

/** 1 for k mod r of 0 and r/2, whose mirror images are in the half spectrum too; else 2. */
const multiplicityOf = (r: number): tf.Tensor4D =>
  tf.tensor4d(
    range(halfOf(r)).map((k) => (k === 0 || 2 * k === r ? 1 : 2)),
    [halfOf(r), 1, 1, 1],
  );

/** Values of the matrices made so far: every layer of a network needs the same few. */
const waves = new Map<string, Float32Array>();

/**
 * Matrix of the DFT Σ x·e^{−2πi·n·k/length} from the parts `from` of samples n to the parts `to` of frequencies k, for each
 * group of frequencies: (groups, (k, to), (from, n)).
 */
function wave(
  length: number,
  groups: number[][],
  to: readonly ComplexPart[],
  samples: number,
  from: readonly ComplexPart[],
): tf.Tensor3D {
  const key = [length, groups.length, groups[0], to, samples, from].join(' ');
  let values = waves.get(key);
  if (!values) {
    const factor = (k: number, toPart: ComplexPart, n: number, fromPart: ComplexPart) =>
      Math.cos(2 * Math.PI * (((n * k) % length) / length) + ((toPart - fromPart) * Math.PI) / 2) /
      Math.sqrt(samples);
    values = Float32Array.from(
      groups
        .flat()
        .flatMap((k) =>
          to.flatMap((toPart) =>
            from.flatMap((fromPart) => range(samples).map((n) => factor(k, toPart, n, fromPart))),
          ),
        ),
    );
    waves.set(key, values);
  }
  return tf.tensor3d(values, [groups.length, groups[0].length * to.length, from.length * samples]);
}

/** First step, over n₁ of n = n₁·s + n₂, to `count` frequencies k₁. */
const outerWave = (r: number, count: number, from: readonly ComplexPart[]): tf.Tensor3D =>
  wave(r, [range(count)], PARTS, r, from);

/** Second step, over n₂, to k = k₁ + r·k₂: a matrix for each of `count` k₁. */
const innerWave = (
  r: number,
  s: number,
  count: number,
  to: readonly ComplexPart[],
  { freeSize }: SpectralOptions,
): tf.Tensor3D =>
  freeSize
    ? computedInnerWave(r, s, count, to)
    : wave(
        r * s,
        range(count).map((k1) => range(s).map((k2) => k1 + r * k2)),
        to,
        s,
        PARTS,
      );

/** `innerWave` of any s, computed from tensors. */
function computedInnerWave(r: number, s: number, count: number, to: readonly ComplexPart[]): tf.Tensor3D {
  const samples = tf.range(0, s, 1, 'int32');
  const k1 = tf.tensor3d(range(count), [count, 1, 1], 'int32');
  const k = tf.add(k1, tf.mul(tf.reshape(samples, [1, s, 1]), tf.scalar(r, 'int32')));
  const length = tf.mul(lengthTensor(s), r);
  const turns = tf.mod(tf.mul(k, tf.reshape(samples, [1, 1, s])), tf.cast(length, 'int32'));
  const angle = tf.mul(tf.div(tf.cast(turns, 'float32'), length), 2 * Math.PI);
  const [cos, sin] = [tf.cos(angle), tf.sin(angle)];
  const rows = { 0: tf.concat([cos, sin], 2), 1: tf.concat([tf.neg(sin), cos], 2) };
  const matrix = tf.reshape(
    tf.stack(
      to.map((part) => rows[part]),
      2,
    ),
    [count, s * to.length, 2 * s],
  );
  return tf.div(matrix, tf.sqrt(lengthTensor(s)));
}

/**
 * Orthonormal 2-D DFT of real images of any size, as matrix products: two steps along each axis (Cooley–Tukey, with the
 * twiddle factors inside the second). Each product is taken from the left, over the axes that follow in memory, so that
 * nothing has to be permuted.
 *
 * @param x (B, H, W, C).
 */
export function rfft2(x: tf.Tensor4D, options: SpectralOptions = {}): Spectrum {
  const [batch, height, width, channels] = x.shape;
  const [[r, s], [p, q]] = [factors(height, options), factors(width, options)];
  const half = halfOf(r);
  const images = tf.reshape(x, [batch, r, s * width * channels]);
  const rowsOuter = tf.matMul(outerWave(r, half, [0]), images);
  const rowsInner = tf.matMul(
    innerWave(r, s, half, PARTS, options),
    tf.reshape(rowsOuter, [batch, half, 2 * s, width * channels]),
  );
  const columnsOuter = tf.matMul(
    outerWave(p, p, PARTS),
    tf.reshape(rowsInner, [batch * half * s, 2 * p, q * channels]),
  );
  const columns = tf.reshape(columnsOuter, [batch * half * s, p, 2 * q, channels]);
  const [re, im] = PARTS.map((part) =>
    tf.reshape(tf.matMul(innerWave(p, q, p, [part], options), columns), [batch, half, s, width, channels]),
  ) as tf.Tensor5D[];
  return { re, im, multiplicity: multiplicityOf(r) };
}

/**
 * Inverse of `rfft2`: the real images (B, height, W, C) of a spectrum, the real part of the full inverse transform.
 */
export function irfft2(
  { re, im }: Omit<Spectrum, 'multiplicity'>,
  height: number,
  options: SpectralOptions = {},
): tf.Tensor4D {
  const [batch, half, s, width, channels] = re.shape;
  const [[r], [p, q]] = [factors(height, options), factors(width, options)];
  const spectrum = tf.concat(
    [re, im].map((part) => tf.reshape(part, [batch * half * s, p, q, channels])),
    2,
  );
  const innerColumnWave = tf.concat(
    PARTS.map((part) => innerWave(p, q, p, [part], options)),
    1,
  );
  const columnsOuter = tf.matMul(innerColumnWave, spectrum, true);
  const rowsInner = tf.matMul(
    outerWave(p, p, PARTS),
    tf.reshape(columnsOuter, [batch * half * s, 2 * p, q * channels]),
    true,
  );
  const rowsOuter = tf.matMul(
    innerWave(r, s, half, PARTS, options),
    tf.reshape(rowsInner, [batch, half, 2 * s, width * channels]),
    true,
  );
  const outerRowWave = tf.mul(tf.reshape(outerWave(r, half, [0]), [half, 2, 1, r]), multiplicityOf(r));
  const images = tf.matMul(
    tf.reshape(outerRowWave, [1, 2 * half, r]),
    tf.reshape(rowsOuter, [batch, 2 * half, s * width * channels]),
    true,
  );
  return tf.reshape(images, [batch, height, width, channels]);
}
