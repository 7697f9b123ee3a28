import type { DataType } from '../raster/raster';

/** Attributes by name: texts, numbers, or lists of numbers. */
export type Attributes = Readonly<Record<string, string | number | readonly number[]>>;

/** An array of numbers or texts with named dimensions, of whatever container. */
export interface CfVariable {
  readonly name: string;
  readonly dimensions: readonly string[];
  readonly shape: readonly number[];
  /** Undefined of texts. */
  readonly dataType?: DataType;
  readonly attributes: Attributes;
  /**
   * The stored numbers of a box, row-major; integers of 64 bits as floats.
   *
   * @throws SarIoError `CorruptFile`, `UnsupportedFormat` (a compression that cannot be read); the signal's reason when
   *   aborted.
   */
  read(start: readonly number[], count: readonly number[], signal?: AbortSignal): Promise<ArrayLike<number>>;
  /** Of texts: all of them. */
  texts(): Promise<string[]>;
}

/** Variables with attributes that follow the CF conventions. */
export interface CfDataset {
  readonly path: string;
  readonly attributes: Attributes;
  readonly variables: readonly CfVariable[];
  close(): Promise<void>;
}

export const textOf = (attributes: Attributes, name: string): string | undefined => {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A number, or the first of a list. */
export const numberOf = (attributes: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = attributes[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' ? first : undefined;
};

/** All numbers of a variable with one dimension, or of a scalar. */
export const valuesOf = async (variable: CfVariable): Promise<number[]> =>
  Array.from(
    await variable.read(
      variable.shape.map(() => 0),
      variable.shape,
    ),
    Number,
  );
