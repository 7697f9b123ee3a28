import {
  boxcar,
  createImage,
  type Image,
  type Mask,
  omnibusTest,
  planes,
  trigamma,
} from '@mtpi/polsar-priors';
import ndarray from 'ndarray';

/** Window of the means tested for change, and its number of independent single looks on Sentinel-1. */
const CHANGE_WINDOW = 7;
const CHANGE_LOOKS = 19;
/** Confidence of the test above which a pixel counts as changed: 1 % of the unchanged ones do. */
const CHANGE_CONFIDENCE = 0.99;
/** Window for the variance of the log ratio. */
const COHERENCE_WINDOW = 11;
/** Fraction of the variance of incoherent speckle below which a pixel counts as coherent. */
const COHERENT_SHARE = 0.65;

/**
 * Pixels of a reference with the target's reflectivity but independent speckle: valid in both, unchanged, and incoherent.
 *
 * Changed: the omnibus test (Conradsen et al. 2003) of the 7×7 means has a confidence above 99 %. Coherent: the
 * variance of the logarithm of the ratio over 11×11 pixels, both bands together, is below 0.65 of the 2 ψ₁(looks) of
 * independent speckle; structure of the scene cancels in the ratio.
 * On single looks of white speckle that finds coherences of 0.8 and more, and a few percent of the incoherent pixels.
 *
 * @param target covariance or intensities, linear power. @param reference of the same shape.
 * @param mask pixels valid in both.
 * @param looks equivalent number of looks of a pixel.
 */
export function unchangedIncoherentPixels(target: Image, reference: Image, mask: Mask, looks: number): Mask {
  const changed = changedPixels(target, reference, mask, looks);
  const coherent = coherentPixels(target, reference, mask, looks);
  const data = mask.data.map((valid, i) => (valid && !changed[i] && !coherent[i] ? 1 : 0));
  return ndarray(data as Uint8Array, mask.shape);
}

function changedPixels(target: Image, reference: Image, mask: Mask, looks: number): boolean[] {
  const means = [target, reference].map((image) => boxcar(image, CHANGE_WINDOW, mask));
  const [, confidence] = planes(omnibusTest(means, { looks: CHANGE_LOOKS * looks, mask }));
  return Array.from(confidence, (value) => value > CHANGE_CONFIDENCE);
}

function coherentPixels(target: Image, reference: Image, mask: Mask, looks: number): boolean[] {
  const [, rows, cols] = target.shape;
  const [a, b] = [planes(target), planes(reference)];
  const powers = createImage(4, rows, cols);
  const [first, firstSquare, second, secondSquare] = planes(powers);
  for (let i = 0; i < first.length; i++) {
    if (!mask.data[i]) continue;
    first[i] = logRatio(a[0][i], b[0][i]);
    second[i] = logRatio(a[1][i], b[1][i]);
    firstSquare[i] = first[i] ** 2;
    secondSquare[i] = second[i] ** 2;
  }
  const [mean1, square1, mean2, square2] = planes(boxcar(powers, COHERENCE_WINDOW, mask));
  const limit = COHERENT_SHARE * 2 * trigamma(looks);
  return Array.from(mean1, (_, i) => {
    const variance = (square1[i] - mean1[i] ** 2 + square2[i] - mean2[i] ** 2) / 2;
    return variance < limit;
  });
}

/** ln(a / b), 0 where one of them has no power. */
const logRatio = (a: number, b: number): number => (a > 0 && b > 0 ? Math.log(a / b) : 0);
