import { fillInvalid, type Image, maskedTemporalMean, type Random } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { TrainError } from '../errors';
import { drawWindow, type StackPart } from './draw-window';
import type { Stack } from './stack';
import { arrange, drawSymmetry } from './symmetry';

/** Number of windows tried to find one with valid pixels. */
const ATTEMPTS = 100;

/**
 * Time mean of a stack in a random window, randomly rotated and reflected: intensities nearly free of speckle,
 * [2, patch, patch]. Pixels that are invalid at all dates are filled by others, mirrored.
 *
 * @param part rows that the window is drawn from; default all.
 * @throws TrainError `UnusableData` where hardly any pixel of the stack is valid; SarIoError.
 */
export async function drawReflectivity(
  stack: Stack,
  patch: number,
  random: Random,
  part?: StackPart,
): Promise<Image> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const window = drawWindow(stack, patch, random, part);
    const symmetry = drawSymmetry(random);
    const images = await Promise.all(stack.dates.map((date) => date.read(window)));
    const mean = maskedTemporalMean(images.map(({ image, mask }) => ({ image: image.hi(2), mask })));
    if (!mean.mask.data.includes(1)) continue;
    const { data, shape } = fillInvalid(mean);
    return ndarray(arrange(data, patch, symmetry), shape);
  }
  throw new TrainError('UnusableData', {
    path: stack.name,
    expected: 'windows with valid pixels',
    found: `none in ${ATTEMPTS} at random`,
  });
}
