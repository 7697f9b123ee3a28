import type { Polarization } from '@mtpi/sar-io';
import { isSarIoError, SarIoError } from '@mtpi/sar-io';
import { type Annotation, parseAnnotation } from './annotation';
import { Calibration } from './calibration';
import { type Manifest, parseManifest } from './manifest';
import { Measurement } from './measurement';
import { openSafeFiles, type SafeFiles } from './safe-files';
import { ThermalNoise } from './thermal-noise';

/** Noise tables of older processors need a scaling that is not published with them. */
const FIRST_VERSION_WITH_NOISE = 2.5;

type Kind = 'annotation' | 'calibration' | 'noise' | 'measurement';

/** A file of one swath and polarization, such as `annotation/calibration/noise-s1a-iw1-slc-vv-….xml`. */
const FILE =
  /^(?:(annotation)\/|annotation\/calibration\/(calibration|noise)-|(measurement)\/)s1[a-d]-(iw\d)-slc-(vv|vh|hh|hv)-.*\.(?:xml|tiff?)$/i;

/** A dual-polarization Sentinel-1 IW SLC product. Its files are read on demand, and once. */
export interface SafeProduct extends Manifest {
  /** The folder or zip. */
  readonly path: string;
  /** Such as `S1A_IW_SLC__1SDV_20240305T214632_20240305T214702_052852_06658B_96CB`. */
  readonly name: string;
  /** Swaths with an annotation, in order. */
  readonly swaths: readonly string[];
  /** All times count from the product's epoch. */
  annotation(swath: string, polarization: Polarization): Promise<Annotation>;
  calibration(swath: string, polarization: Polarization): Promise<Calibration>;
  noise(swath: string, polarization: Polarization): Promise<ThermalNoise>;
  /** @throws SarIoError `NotFound` where the product has no pixels, else as `Measurement.open`. */
  measurement(swath: string, polarization: Polarization, signal?: AbortSignal): Promise<Measurement>;
  /** Also closes its measurements. */
  close(): Promise<void>;
}

/**
 * Opens a Sentinel-1 IW SLC product in VV+VH or HH+HV: a SAFE folder, its `manifest.safe`, a folder containing exactly one,
 * or a zip. A product without measurements opens too.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat` (another mode or product type, a single polarization), `CorruptFile`.
 */
export async function openSafe(path: string): Promise<SafeProduct> {
  const files = await openSafeFiles(path);
  try {
    const manifest = parseManifest(await files.text('manifest.safe'), `${files.path}/manifest.safe`);
    check(manifest, files.path);
    return productOf(files, manifest);
  } catch (error) {
    await files.close();
    throw error;
  }
}

/**
 * Whether a path is a SAFE product, of any mode and type.
 *
 * @throws SarIoError `CorruptFile` for a damaged zip.
 */
export async function isSafe(path: string): Promise<boolean> {
  try {
    await (await openSafeFiles(path)).close();
    return true;
  } catch (error) {
    if (isSarIoError(error, 'NotFound') || isSarIoError(error, 'UnsupportedFormat')) return false;
    throw error;
  }
}

function productOf(files: SafeFiles, manifest: Manifest): SafeProduct {
  const { path } = files;
  const names = fileNames(files.names);
  const annotated = [...names.keys()].filter((key) => key.startsWith('annotation '));
  const swaths = [...new Set(annotated.map((key) => key.split(' ')[1]))].sort();
  if (swaths.length === 0) {
    throw new SarIoError('NotFound', { path, expected: 'annotations of swaths', found: 'none' });
  }
  const opened = new Map<string, Promise<unknown>>();

  /** Failures are not cached: a read that was aborted can be repeated. */
  function once<T>(
    kind: Kind,
    swath: string,
    polarization: Polarization,
    open: (name: string) => Promise<T>,
  ): Promise<T> {
    const key = `${kind} ${swath} ${polarization}`;
    const name = names.get(key);
    const running = opened.get(key) as Promise<T> | undefined;
    if (running) return running;
    if (!name) {
      const expected = `the ${kind} of ${swath} ${polarization}`;
      return Promise.reject(new SarIoError('NotFound', { path, expected, found: 'none, or an empty file' }));
    }
    const opening = open(name);
    opened.set(key, opening);
    opening.catch(() => opened.delete(key));
    return opening;
  }

  const annotation = (swath: string, polarization: Polarization) =>
    once('annotation', swath, polarization, async (name) => {
      const parsed = parseAnnotation(await files.text(name), `${path}/${name}`, manifest.epoch);
      if (parsed.swath !== swath || parsed.polarization !== polarization) {
        throw new SarIoError('CorruptFile', {
          path: parsed.path,
          expected: `${swath} ${polarization}`,
          found: `${parsed.swath} ${parsed.polarization}`,
        });
      }
      return parsed;
    });

  return {
    ...manifest,
    path,
    name: files.product,
    swaths,
    annotation,

    calibration: (swath, polarization) =>
      once('calibration', swath, polarization, async (name) =>
        Calibration.parse(await files.text(name), `${path}/${name}`),
      ),

    noise: (swath, polarization) =>
      once('noise', swath, polarization, async (name) => {
        if (manifest.processorVersion < FIRST_VERSION_WITH_NOISE) {
          throw new SarIoError('UnsupportedFormat', {
            path,
            expected: `noise of processor version ${FIRST_VERSION_WITH_NOISE} or later`,
            found: `${manifest.processorVersion}`,
            hint: 'process it without thermal noise correction',
          });
        }
        return ThermalNoise.parse(await files.text(name), `${path}/${name}`, manifest.epoch);
      }),

    measurement: (swath, polarization, signal) =>
      once('measurement', swath, polarization, async (name) => {
        const size = await annotation(swath, polarization);
        const file = await files.openFile(name, signal);
        return Measurement.open(file, size).catch(async (error) => {
          await file.close();
          throw error;
        });
      }),

    async close() {
      for (const result of await Promise.allSettled(opened.values())) {
        if (result.status === 'fulfilled' && result.value instanceof Measurement) await result.value.close();
      }
      opened.clear();
      await files.close();
    },
  };
}

/** Files by kind, swath and polarization. Taken from the listing: programs that cut products leave the manifest unchanged. */
function fileNames(names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of names) {
    const match = FILE.exec(name);
    if (!match) continue;
    const [kind, swath, polarization] = [match[1] ?? match[2] ?? match[3], match[4], match[5]];
    found.set(`${kind.toLowerCase()} ${swath.toUpperCase()} ${polarization.toUpperCase()}`, name);
  }
  return found;
}

function check({ mode, productType, polarizations }: Manifest, path: string): void {
  if (mode !== 'IW' || productType !== 'SLC') {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'an IW SLC product',
      found: `${mode} ${productType}`,
    });
  }
  const pair = polarizations.join('+');
  if (pair !== 'VV+VH' && pair !== 'HH+HV') {
    throw new SarIoError('UnsupportedFormat', { path, expected: 'VV+VH or HH+HV', found: pair || 'none' });
  }
}
