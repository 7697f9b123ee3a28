import { SarIoError } from '@mtpi/sar-io';
import { acquisitionName, acquisitionTime, findReference } from '../product/acquisition-name';
import { isStripMap } from '../product/annotation';
import { byDataTake } from '../product/data-take';
import type { Manifest } from '../product/manifest';
import { openSlc } from '../product/open-safe';
import type { SlcProduct } from '../product/slc-product';
import { openAnnotated, openPasses } from '../stack/open-products';
import type { Pass } from '../stack/stack-description';
import type { StackOptions } from '../stack/stack-options';

/** Its manifest is that of the first slice, up to the last. */
export interface SlcPass extends Pass, Omit<Manifest, 'productType'> {
  /** Path of the first product. */
  path: string;
  /** Swaths that all of them hold. */
  swaths: readonly string[];
  /** By time, with a common epoch. */
  slices: readonly SlcProduct[];
}

/** Acquisitions of one track, by time. */
export interface SlcPasses {
  all: readonly SlcPass[];
  /** Index of the acquisition that defines the grid. */
  reference: number;
  close(): Promise<void>;
}

/**
 * Opens products, puts the slices of each pass together and checks that the passes can be co-registered.
 *
 * @throws SarIoError `InvalidArgument`, `GridMismatch` where tracks, passes or polarizations differ, or processor versions of
 *   the slices of a pass; else as `openSafe`.
 */
export const openSlcPasses = (
  paths: readonly string[],
  { reference, signal }: Pick<StackOptions, 'reference' | 'signal'>,
): Promise<SlcPasses> => {
  const open = (path: string, epoch?: string) =>
    openAnnotated(openSlc(path, { epoch, signal }), (product) =>
      product.annotation(product.swaths[0], product.polarizations[0]),
    );
  return openPasses(paths, open, async (slices) => {
    for (const [i, { product }] of slices.slice(1).entries()) checkSameTrack(slices[i].product, product);
    const all: SlcPass[] = [];
    for (const group of byDataTake(slices)) {
      const [{ product: first }] = group;
      for (const slice of group) {
        if (slice.product.epoch === first.epoch) continue;
        await slice.product.close(); // after midnight
        Object.assign(slice, await open(slice.product.path, first.epoch));
      }
      all.push(assemble(group.map(({ product }) => product)));
    }
    const again = all.findIndex((pass, i) => i > 0 && pass.name === all[i - 1].name);
    if (again > 0) throw sameAcquisition(all[again - 1], all[again]);
    const named = all.map((pass) => ({ name: pass.name, products: pass.slices }));
    return { all, reference: findReference(named, reference) };
  });
};

function checkSameTrack(first: SlcProduct, product: SlcProduct): void {
  const track = ({ mode, relativeOrbit, pass, polarizations }: SlcProduct) =>
    `${mode}, relative orbit ${relativeOrbit}, ${pass}, ${polarizations.join('+')}`;
  if (track(first) !== track(product)) {
    throw new SarIoError('GridMismatch', {
      path: product.path,
      expected: `${track(first)} as ${first.path}`,
      found: track(product),
      hint: 'co-register products of one track and polarization only',
    });
  }
}

const sameAcquisition = (first: SlcProduct | SlcPass, other: SlcProduct | SlcPass) =>
  new SarIoError('InvalidArgument', {
    path: other.path,
    expected: `a date other than that of ${first.path}`,
    found: `the same acquisition, ${acquisitionName(other)}`,
  });

/** @throws SarIoError `GridMismatch`, `InvalidArgument` for a slice twice, `UnsupportedFormat` for slices of StripMap. */
function assemble(slices: readonly SlcProduct[]): SlcPass {
  const [first, ...others] = slices;
  for (const [i, slice] of others.entries()) {
    if (slice.start === slices[i].start) throw sameAcquisition(slices[i], slice);
    if (isStripMap(first.swaths[0])) {
      throw new SarIoError('UnsupportedFormat', {
        path: slice.path,
        expected: `one StripMap SLC product of the pass of ${first.path}`,
        found: 'another slice of it',
        hint: 'prepare the slices one by one, or use GRD products, whose slices are put together',
      });
    }
    if (!Object.is(slice.processorVersion, first.processorVersion)) {
      throw new SarIoError('GridMismatch', {
        path: slice.path,
        expected: `processor version ${first.processorVersion} as ${first.path}, a slice of the same pass`,
        found: `${slice.processorVersion}`,
        hint: 'use slices of one processor version',
      });
    }
  }
  const { path, mission, mode, polarizations, absoluteOrbit, relativeOrbit, pass, swaths } = first;
  const { epoch, start, processorVersion } = first;
  return {
    ...{
      path,
      mission,
      mode,
      polarizations,
      absoluteOrbit,
      relativeOrbit,
      pass,
      epoch,
      start,
      processorVersion,
    },
    stop: slices[slices.length - 1].stop,
    name: acquisitionName(first),
    product: slices.map(({ name }) => name).join(' '),
    acquired: acquisitionTime(first),
    swaths: swaths.filter((swath) => others.every((slice) => slice.swaths.includes(swath))),
    slices,
  };
}
