import type { ByteSource, Polarization } from '@mtpi/sar-io';
import { SarIoError } from '@mtpi/sar-io';
import { checkAnnotation } from './ads-header';
import type { Annotation } from './annotation';
import { Calibration } from './calibration';
import type { Manifest } from './manifest';
import { Measurement } from './measurement';
import { parseAnnotation } from './parse-annotation';
import type { ProductFiles } from './product-files';
import { ThermalNoise } from './thermal-noise';

/** Noise tables of older processors need a scaling that is not published with them. */
const FIRST_VERSION_WITH_NOISE = 2.5;

/** Also of StripMap, whose swaths S1 to S6 the manifest calls SM. */
const MODES: readonly string[] = ['IW', 'EW', 'SM'];

/** Co-polarized first. */
const POLARIZATIONS: readonly string[] = ['VV+VH', 'HH+HV', 'VV', 'HH', 'VH', 'HV'];

/** A Sentinel-1 SLC product of IW, EW or SM, of one or two polarizations. Its files are read on demand, and once. */
export interface SlcProduct extends Manifest {
  readonly productType: 'SLC';
  /** The folder or zip. */
  readonly path: string;
  /** Such as `S1A_IW_SLC__1SDV_20240305T214632_20240305T214702_052852_06658B_96CB`. */
  readonly name: string;
  /** Swaths with an annotation, in order. */
  readonly swaths: readonly string[];
  /** Files that are missing or empty, such as `measurement of IW1 VV`; the others can be read. */
  readonly missing: readonly string[];
  /** All times count from the product's epoch. */
  annotation(swath: string, polarization: Polarization): Promise<Annotation>;
  calibration(swath: string, polarization: Polarization): Promise<Calibration>;
  noise(swath: string, polarization: Polarization): Promise<ThermalNoise>;
  /** @throws SarIoError `NotFound` where the product has no pixels, else as `Measurement.open`. */
  measurement(swath: string, polarization: Polarization, signal?: AbortSignal): Promise<Measurement>;
  /** Also closes its measurements. */
  close(): Promise<void>;
}

/** @throws SarIoError `UnsupportedFormat` (another mode, other polarizations), `NotFound` (no annotation). */
export function slcProduct(files: ProductFiles, manifest: Manifest): SlcProduct {
  const { path, name, swaths } = files;
  const { mode, epoch, polarizations, processorVersion } = manifest;
  if (!MODES.includes(mode)) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: `an SLC product of ${MODES.join(', ')}`,
      found: `${mode} SLC`,
    });
  }
  const pair = polarizations.join('+');
  if (!POLARIZATIONS.includes(pair)) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: POLARIZATIONS.join(', '),
      found: pair || 'none',
    });
  }
  if (swaths.length === 0) {
    throw new SarIoError('NotFound', { path, expected: 'annotations of swaths', found: 'none' });
  }
  const annotation: SlcProduct['annotation'] = (swath, polarization) =>
    files.parse('annotation', swath, polarization, (xml, file) => {
      const parsed = parseAnnotation(xml, file, epoch);
      checkAnnotation(parsed, manifest, swath, polarization);
      return parsed;
    });
  return {
    ...manifest,
    productType: 'SLC',
    path,
    name,
    swaths,
    missing: files.missing(swaths, polarizations),
    annotation,
    calibration: (swath, polarization) =>
      files.parse('calibration', swath, polarization, async (xml, file) =>
        Calibration.parse(xml, file, await annotation(swath, polarization)),
      ),
    noise: (swath, polarization) =>
      files.parse('noise', swath, polarization, async (xml, file) => {
        if (processorVersion < FIRST_VERSION_WITH_NOISE) {
          throw new SarIoError('UnsupportedFormat', {
            path,
            expected: `noise of processor version ${FIRST_VERSION_WITH_NOISE} or later`,
            found: `${processorVersion}`,
            hint: 'process it without thermal noise correction',
          });
        }
        return ThermalNoise.parse(xml, file, await annotation(swath, polarization));
      }),
    measurement: async (swath, polarization, signal) => {
      const size = await annotation(swath, polarization);
      const open = (file: ByteSource) => Measurement.open(file, size, { signal });
      return files.measurement(swath, polarization, open, signal);
    },
    close: () => files.close(),
  };
}
