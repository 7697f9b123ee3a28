import { flatMask, type Image, planes } from '@mtpi/polsar-priors';
import { EvaluationError } from './errors';
import type { Method, MethodInput } from './methods';

/**
 * What a method makes of a target.
 *
 * @throws EvaluationError `InvalidResult` unless it has the target's size and positive intensities at valid pixels: a method
 *   that fails would otherwise be compared on the pixels and scenes where it did not.
 */
export async function applyMethod(method: Method, input: MethodInput, signal?: AbortSignal): Promise<Image> {
  const image = await method.apply(input, signal);
  const [bands, rows, cols] = input.target.shape;
  const fail = (expected: string, found: string) => {
    const about = [method.name, input.name, input.variant].filter((part) => part !== undefined).join(', ');
    throw new EvaluationError('InvalidResult', `${about}: expected ${expected}, found ${found}`, {
      expected,
      found,
    });
  };
  const { shape } = image;
  const fits = shape.length === 3 && [2, bands].includes(shape[0]) && shape[1] === rows && shape[2] === cols;
  if (!fits) fail(`a result of [${bands} or 2, ${rows}, ${cols}]`, `[${shape.join(', ')}]`);
  const valid = input.mask && flatMask(input.mask);
  for (const plane of planes(image).slice(0, 2)) {
    const i = plane.findIndex((power, i) => valid?.[i] !== 0 && !(power > 0 && power < Infinity));
    if (i >= 0)
      fail(
        'positive intensities in linear power',
        `${plane[i]} at row ${Math.floor(i / cols)}, column ${i % cols}`,
      );
  }
  return image;
}
