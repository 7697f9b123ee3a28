import { SarIoError } from '../errors';
import { POLAR_TYPES } from '../polsarpro/config';
import type { RasterSource } from '../raster/raster';
import type { Pair } from './channels';
import { isCoPolarized, type Polarization } from './polarization';
import { transmittedOf } from './product-name';
import { fromNames } from './relative-orbit';
import { inCapitals } from './stated-item';

/**
 * Polarizations of C11 and C22: by the PolarType of a PolSARpro folder, the metadata item `POLARIZATIONS` or the name of the
 * product; else VV and VH, with a note.
 *
 * @throws SarIoError `UnsupportedFormat` for two co-polarized channels.
 */
export function covariancePolarizations(source: RasterSource): Pick<Pair, 'names' | 'notes'> {
  const { path } = source;
  const metadata = inCapitals(source.metadata);
  const { PolarType, POLARIZATIONS = '' } = metadata;
  const stated = PolarType
    ? POLAR_TYPES[PolarType]
    : (POLARIZATIONS.toUpperCase().match(/\b[VH]{2}\b/g) as Polarization[] | null);
  const pair = stated?.length === 2 ? stated : undefined;
  if (pair?.every(isCoPolarized)) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'a co- and a cross-polarized channel',
      found: PolarType ? `PolarType ${PolarType} (${pair.join(', ')})` : pair.join(', '),
      hint: 'Use a folder of PolarType pp2 (VV, VH) or pp1 (HH, HV)',
    });
  }
  const transmitted = pair?.[0][0] ?? fromNames({ metadata, paths: [path] }, transmittedOf);
  const names: Pair['names'] = transmitted === 'H' ? ['HH', 'HV'] : ['VV', 'VH'];
  if (transmitted) return { names, notes: [] };
  const message = `Polarizations not found in metadata or names; assuming ${names.join(', ')}`;
  return { names, notes: [['PolarizationAssumed', message]] };
}
