import { SarIoError } from '../errors';
import type { Plane } from '../raster/planar-source';
import type { BandInfo, DataType } from '../raster/raster';

/** A band to be read, and its files: one, or those of real and imaginary part. */
export interface BandChoice<T> {
  name: string;
  parts: readonly [T] | readonly [T, T];
}

/**
 * The bands of a SNAP product that are read together. SNAP keeps a complex band as two, `i_VV` and `q_VV`; such a pair
 * is one band, `VV`. Without names given these are the complex bands, if there are any, else all.
 *
 * @throws SarIoError `NotFound` for names that are not there; `InvalidArgument` for a mixture of complex and real ones.
 */
export function chooseBands<T extends { name: string }>(
  path: string,
  bands: readonly T[],
  names?: readonly string[],
): BandChoice<T>[] {
  const pairs = bands.flatMap((real): BandChoice<T>[] => {
    const name = /^i_(.+)$/.exec(real.name)?.[1];
    const imaginary = bands.find((band) => band.name === `q_${name}`);
    return name && imaginary ? [{ name, parts: [real, imaginary] }] : [];
  });
  const single = bands.map((band): BandChoice<T> => ({ name: band.name, parts: [band] }));
  if (!names) return pairs.length > 0 ? pairs : single;
  const chosen = names.map((name) => {
    const found = [...pairs, ...single].find((band) => band.name === name);
    if (found) return found;
    const all = [...pairs, ...single].map((band) => band.name).join(', ');
    throw new SarIoError('NotFound', `${path}: expected a band ${name}, found ${all || 'none'}`);
  });
  if (new Set(chosen.map(({ parts }) => parts.length)).size > 1) {
    const expected = 'bands that are all complex or all real';
    throw new SarIoError('InvalidArgument', `${path}: expected ${expected}, found ${names.join(', ')}`);
  }
  return chosen;
}

/** Properties of a selected band; for a complex one, those of its real part. */
export function snapBand({ name, parts: [{ unit, scale, offset, nodata }] }: BandChoice<BandInfo>): BandInfo {
  return {
    name,
    ...(unit && { unit }),
    ...((scale ?? 1) !== 1 && { scale }),
    ...((offset ?? 0) !== 0 && { offset }),
    ...(nodata !== undefined && { nodata }),
  };
}

/** Real and imaginary part, each a band of its own, as one complex band. */
export function complexPlane([real, imaginary]: readonly Plane[]): Plane {
  return {
    async read(window, [re, im], signal) {
      await real.read(window, [re], signal);
      await imaginary.read(window, [im], signal);
    },
  };
}

/** How a complex sample of two such numbers is stored; floats where there is no such type. */
export function complexType(part: DataType): DataType {
  const known: readonly DataType[] = ['cint16', 'cint32', 'cfloat64'];
  return known.find((type) => type === `c${part}`) ?? 'cfloat32';
}
