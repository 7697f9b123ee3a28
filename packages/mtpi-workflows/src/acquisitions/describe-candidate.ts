import { formatUtc, type Georeference, type LonLat } from '@mtpi/sar-io';
import {
  type Acquisition,
  burstIdOf,
  fromNames,
  isDespeckled,
  openAcquisition,
  statedOrbit,
} from '@mtpi/sar-io/node';
import { type Annotation, type GrdAnnotation, isSafe, openSafe, type SafeProduct } from '@mtpi/sentinel1';
import { isInResultFolder, isOwnFile } from '../output/is-result';
import { folderOfDate } from './folder-dates';
import { footprintIfKnown } from './footprint-if-known';
import type { TripletOptions } from './options';

/** An acquisition that was found. */
export interface ListedAcquisition {
  paths: readonly string[];
  /** Such as `VV+VH intensity`, `C2` or `IW SLC product`. */
  kind: string;
  acquired: Date;
  /** For a dry run: where its result would be written. */
  output?: string;
  /** Days since the one before it in its series. */
  gap?: number;
  /** Columns and rows; of products unknown before they are co-registered. */
  width?: number;
  height?: number;
  /** Relative orbit, where names or metadata state it. */
  orbit?: number;
  /** Assumptions and anomalies. */
  remarks: readonly string[];
}

/** An acquisition with the properties that distinguish series. */
export interface Candidate extends ListedAcquisition, Pick<Acquisition, 'metadata'> {
  name?: string;
  corners?: LonLat[];
  /** Of rasters. */
  georeference?: Georeference;
  /** That alone gives its date. */
  folder?: string;
  /** Of products that may be slices: their pass, and when they end. */
  slice?: { pass: string; stop: Date };
}

/** Why a result of this package is not used. */
export const RESULT = 'a result of mtpi despeckle';

/** Describes an acquisition as `findAcquisitions` finds it. @returns the reason where it cannot be used. */
export async function describeCandidate(
  paths: readonly string[],
  { scale, signal }: Pick<TripletOptions, 'scale' | 'signal'>,
): Promise<Candidate | string> {
  if (paths.length === 1 && (await isSafe(paths[0]))) return describeProduct(paths[0]);
  if (await isInResultFolder(paths[0])) return RESULT;
  const acquisition = await openAcquisition(paths, { scale, signal }).catch(async (error) => {
    // One band of a result, or its quicklook.
    if (/\.tiff?$/i.test(paths[0]) && (await isOwnFile(paths[0]))) return undefined;
    throw error;
  });
  if (!acquisition) return RESULT;
  await acquisition.close();
  const { acquired, metadata, width, height, georeference, channels, polarimetry, warnings } = acquisition;
  if (isDespeckled(acquisition)) return RESULT;
  if (!acquired) return 'no acquisition date, such as 20240305, in the metadata or file name';
  const complex = acquisition.scale === 'complex' ? 'complex' : 'intensity';
  return {
    ...{ paths, acquired, width, height, metadata },
    kind: polarimetry === 'covariance' && complex !== 'complex' ? 'C2' : `${channels.join('+')} ${complex}`,
    orbit: statedOrbit(acquisition),
    georeference,
    name: fromNames(acquisition, burstIdOf),
    corners: footprintIfKnown(acquisition),
    folder: folderOfDate(acquisition),
    remarks: warnings.map(({ message }) => message),
  };
}

async function describeProduct(path: string): Promise<Candidate> {
  const product = await openSafe(path);
  try {
    const { mode, productType, polarizations, epoch, start, stop, relativeOrbit, name, missing } = product;
    const { grid, mission, absoluteOrbit, dataTake } = await annotationOf(product);
    const time = (seconds: number) => new Date(`${formatUtc(seconds, epoch)}Z`);
    const mayBeSlice = !(mode === 'SM' && productType === 'SLC'); // prepared one by one
    return {
      paths: [path],
      acquired: time(start),
      kind: `${polarizations.join('+')} ${mode} ${productType} product`,
      orbit: relativeOrbit,
      metadata: { PRODUCT: name },
      corners: grid.map(({ longitude, latitude }) => [longitude, latitude]),
      ...(mayBeSlice && { slice: { pass: `${mission} ${absoluteOrbit} ${dataTake}`, stop: time(stop) } }),
      remarks: missing.length > 0 ? [`incomplete: no ${missing.join(', no ')}`] : [],
    };
  } finally {
    await product.close();
  }
}

/** The annotation of the first swath and polarization. */
export function annotationOf(product: SafeProduct): Promise<Annotation | GrdAnnotation> {
  const [polarization] = product.polarizations;
  return product.productType === 'SLC'
    ? product.annotation(product.swaths[0], polarization)
    : product.annotation(polarization);
}
