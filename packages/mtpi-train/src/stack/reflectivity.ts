import { fillInvalid, type Image, maskedTemporalMean, type Random } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import type { Stack } from './stack';
import { arrange, drawSymmetry } from './symmetry';

/**
 * Time mean of a stack in a random window, randomly rotated and reflected: intensities nearly free of speckle,
 * [2, patch, patch].
 */
export async function drawReflectivity({ dates }: Stack, patch: number, random: Random): Promise<Image> {
  const [{ width, height }] = dates;
  const [x, y] = [random.integer(0, width - patch), random.integer(0, height - patch)];
  const symmetry = drawSymmetry(random);
  const window = { x, y, width: patch, height: patch };
  const images = await Promise.all(dates.map((date) => date.read(window)));
  const mean = fillInvalid(
    maskedTemporalMean(images.map(({ image, mask }) => ({ image: image.hi(2), mask }))),
  );
  return ndarray(arrange(mean.data, patch, symmetry), mean.shape);
}
