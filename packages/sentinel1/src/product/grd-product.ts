import type { Polarization, RasterSource } from '@mtpi/sar-io';
import { SarIoError } from '@mtpi/sar-io';
import { openGeoTiff } from '@mtpi/sar-io/node';
import { checkAnnotation } from './ads-header';
import { Calibration } from './calibration';
import { type GrdAnnotation, parseGrdAnnotation } from './grd-annotation';
import { GrdNoise } from './grd-noise';
import type { Manifest } from './manifest';
import type { ProductFiles } from './product-files';

const MODES = ['IW', 'EW', 'SM'];

/**
 * A Sentinel-1 GRD product of IW, EW or SM, of one or two polarizations; also its COG twin. Its files are read on demand,
 * and once.
 */
export interface GrdProduct extends Manifest {
  readonly productType: 'GRD';
  /** The folder or zip. */
  readonly path: string;
  /** Such as `S1B_IW_GRDH_1SDV_20211223T051122_20211223T051147_030148_039993_5371`. */
  readonly name: string;
  /** Files that are missing or empty, such as `measurement of IW VH`; the others can be read. */
  readonly missing: readonly string[];
  /** All times count from the product's epoch. */
  annotation(polarization: Polarization): Promise<GrdAnnotation>;
  calibration(polarization: Polarization): Promise<Calibration>;
  /** @throws SarIoError `UnsupportedFormat` where the tables hold no noise, as those of processors before 2.5. */
  noise(polarization: Polarization): Promise<GrdNoise>;
  /**
   * The measurement image: amplitudes DN, of which 0 stands for no data at the edges of the image.
   *
   * @throws SarIoError `NotFound` where the product has no pixels, `UnsupportedFormat`, `CorruptFile`.
   */
  measurement(polarization: Polarization, signal?: AbortSignal): Promise<RasterSource>;
  /** Also closes its measurements. */
  close(): Promise<void>;
}

/** @throws SarIoError `UnsupportedFormat` (another mode), `NotFound` (no annotation). */
export function grdProduct(files: ProductFiles, manifest: Manifest): GrdProduct {
  const { path, name, swaths } = files;
  const { mode, epoch, polarizations } = manifest;
  if (!MODES.includes(mode)) {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: `a GRD product of ${MODES.join(', ')}`,
      found: `${mode} GRD`,
    });
  }
  const [swath] = swaths;
  if (swaths.length !== 1) {
    throw new SarIoError('NotFound', {
      path,
      expected: 'annotations of one swath',
      found: swaths.join(', ') || 'none',
    });
  }
  const annotation: GrdProduct['annotation'] = (polarization) =>
    files.parse('annotation', swath, polarization, (xml, file) => {
      const parsed = parseGrdAnnotation(xml, file, epoch);
      checkAnnotation(parsed, manifest, swath, polarization);
      return parsed;
    });
  return {
    ...manifest,
    productType: 'GRD',
    path,
    name,
    missing: files.missing(swaths, polarizations),
    annotation,
    calibration: (polarization) =>
      files.parse('calibration', swath, polarization, async (xml, file) =>
        Calibration.parse(xml, file, await annotation(polarization)),
      ),
    noise: (polarization) =>
      files.parse('noise', swath, polarization, async (xml, file) =>
        GrdNoise.parse(xml, file, await annotation(polarization)),
      ),
    measurement: async (polarization, signal) => {
      const { lines, samples, path: annotated } = await annotation(polarization);
      return files.measurement(
        swath,
        polarization,
        async (file) => {
          const image = await openGeoTiff(file, { signal });
          const found = `${image.bands.length} × ${image.dataType}`;
          if (found !== '1 × uint16') {
            throw new SarIoError('UnsupportedFormat', { path: file.path, expected: '1 × uint16', found });
          }
          if (image.width !== samples || image.height !== lines) {
            throw new SarIoError('CorruptFile', {
              path: file.path,
              expected: `${samples} × ${lines} samples as in ${annotated}`,
              found: `${image.width} × ${image.height}`,
            });
          }
          return image;
        },
        signal,
      );
    },
    close: () => files.close(),
  };
}
