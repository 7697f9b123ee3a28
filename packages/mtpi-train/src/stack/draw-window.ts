import type { Random, Window } from '@mtpi/polsar-priors';
import type { Stack } from './stack';

/**
 * Rows that windows are drawn from: the lower eighth (at least a patch) is for validation, the rest for training. An image
 * too low for both serves both.
 */
export type StackPart = 'training' | 'validation';

/** Share of an image's height, at its lower end, that is reserved for validation. */
const VALIDATION_SHARE = 1 / 8;

/** A random window of patch × patch pixels. @param part default: all rows. */
export function drawWindow(
  { dates: [{ width, height }] }: Stack,
  patch: number,
  random: Random,
  part?: StackPart,
): Window {
  const validation = Math.max(patch, Math.round(height * VALIDATION_SHARE));
  const divided = part !== undefined && height - validation >= patch;
  const first = divided && part === 'validation' ? height - validation : 0;
  const end = divided && part === 'training' ? height - validation : height;
  const x = random.integer(0, width - patch);
  return { x, y: random.integer(first, end - patch), width: patch, height: patch };
}
