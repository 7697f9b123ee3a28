import { type Image, type Mask, TemporalAggregates } from '@mtpi/polsar-priors';
import type { MaskedImage } from '@mtpi/sar-io';

/** An image; without a mask, all pixels are valid. */
interface AcquisitionImage {
  image: Image;
  mask?: Mask;
}

/** The dates before and after the target, the nearest first, as its previous and next acquisition. */
export function aggregatesOf(
  target: AcquisitionImage,
  before: readonly AcquisitionImage[],
  after: readonly AcquisitionImage[],
): MaskedImage[] {
  const aggregates = new TemporalAggregates(target.image, target.mask);
  const sides = { before, after };
  return (['before', 'after'] as const).map((side) => {
    for (const { image, mask } of sides[side]) aggregates.add(side, image, mask);
    return aggregates.aggregate(side) as MaskedImage;
  });
}
