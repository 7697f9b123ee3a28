import type { JobOptions } from '@mtpi/jobs';
import { SarIoError } from '@mtpi/sar-io';
import { acquisitionName, acquisitionTime } from '../product/acquisition-name';
import { byDataTake } from '../product/data-take';
import type { GrdAnnotation } from '../product/grd-annotation';
import type { GrdProduct } from '../product/grd-product';
import { openGrd } from '../product/open-safe';
import { openAnnotated, openPasses } from '../stack/open-products';
import type { Pass } from '../stack/stack-description';

/** A GRD product with its geometry: the annotation of the co-polarized channel. */
export interface Slice {
  product: GrdProduct;
  annotation: GrdAnnotation;
}

export interface GrdPass extends Pass {
  /** By time. */
  slices: readonly Slice[];
}

/** Largest distance (lines) between the last line of a slice and the first of the next, which is one where they touch. */
const LARGEST_DISTANCE = 2.5;

/**
 * Opens GRD products and puts the slices of each pass together, by time. On failure all are closed.
 *
 * @throws SarIoError `GridMismatch` where polarizations differ or slices of a pass do not follow each other,
 *   `InvalidArgument` for a product twice; else as `openGrd`.
 */
export function openGrdPasses(
  paths: readonly string[],
  { onWarning, signal }: Pick<JobOptions, 'onWarning' | 'signal'>,
): Promise<{ passes: readonly GrdPass[]; close(): Promise<void> }> {
  const open = (path: string): Promise<Slice> =>
    openAnnotated(openGrd(path, { signal }), (product) => product.annotation(product.polarizations[0]));
  return openPasses(paths, open, (slices) => {
    for (const slice of slices.slice(1)) checkSameChannels(slices[0], slice);
    const passes = byDataTake(slices).map(assemble);
    warnOfTracks(passes, onWarning);
    return { passes };
  });
}

function checkSameChannels({ product: first }: Slice, { product }: Slice): void {
  const [wanted, found] = [first, product].map(
    ({ mode, polarizations }) => `${mode} ${polarizations.join('+')}`,
  );
  if (wanted === found) return;
  throw new SarIoError('GridMismatch', {
    path: product.path,
    expected: `${wanted} as ${first.path}`,
    found,
    hint: 'use products of one mode and polarization only',
  });
}

/** The slices of a pass, each with the coordinate conversion records of the next after its own. */
function assemble(slices: readonly Slice[]): GrdPass {
  const joined = slices.map((slice, i) => {
    const next = slices[i + 1];
    return next ? { ...slice, annotation: continued(slice, next) } : slice;
  });
  const [{ product }] = slices;
  return {
    name: acquisitionName(product),
    product: slices.map((slice) => slice.product.name).join(' '),
    acquired: acquisitionTime(product),
    pass: product.pass,
    relativeOrbit: product.relativeOrbit,
    processorVersion: product.processorVersion,
    slices: joined,
  };
}

function continued({ annotation, product }: Slice, next: Slice): GrdAnnotation {
  const { firstLineTime, azimuthTimeInterval, lines, epoch, groundRange } = annotation;
  const elapsed = (Date.parse(next.annotation.epoch) - Date.parse(epoch)) / 1000;
  const start = (next.annotation.firstLineTime + elapsed - firstLineTime) / azimuthTimeInterval;
  if (start < 1) {
    throw new SarIoError('InvalidArgument', {
      path: next.product.path,
      expected: `a date or slice other than that of ${product.path}`,
      found: 'the same acquisition',
    });
  }
  const distance = start - (lines - 1);
  if (distance > LARGEST_DISTANCE) {
    throw new SarIoError('GridMismatch', {
      path: next.product.path,
      expected: `a slice that follows ${product.path}`,
      found: `a gap of ${Math.round(distance - 1)} lines`,
      hint: 'add the slices between them',
    });
  }
  const last = groundRange[groundRange.length - 1].time;
  const later = next.annotation.groundRange
    .map((record) => ({ ...record, time: record.time + elapsed }))
    .filter(({ time }) => time > last + 0.1);
  return { ...annotation, groundRange: [...groundRange, ...later] };
}

function warnOfTracks(passes: readonly GrdPass[], onWarning: JobOptions['onWarning']): void {
  const track = ([{ product }]: GrdPass['slices']) =>
    `relative orbit ${product.relativeOrbit}, ${product.pass}`;
  const other = passes.find(({ slices }) => track(slices) !== track(passes[0].slices));
  if (!other) return;
  onWarning?.({
    code: 'OrbitsMixed',
    message: `${track(other.slices)} and ${track(passes[0].slices)}: layover, shadow and speckle differ between tracks`,
    input: other.slices[0].product.path,
  });
}
