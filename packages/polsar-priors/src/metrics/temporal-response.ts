import { check } from '../errors';
import { type Image, type Mask, planes, validity } from '../image';
import { decibel } from './decibel';

export interface Injection {
  /** Change that was put in, in dB of the intensity. */
  decibel: number;
  /** Where it was put in, 1 = changed. */
  changed: Mask;
}

/**
 * Response of a filtered target, in % of a change of `decibel` put into one date: the mean over the changed pixels of
 * 10·log₁₀(with / without), over the change. The target is filtered twice, from inputs that differ in the change alone.
 */
function response(withChange: Image, without: Image, { decibel: injected, changed }: Injection): number[] {
  check(injected !== 0, 'temporalLeakage or changeRetention', 'a change other than 0 dB', injected);
  const where = validity(without, changed);
  const after = planes(withChange);
  return planes(without)
    .slice(0, 2)
    .map((plane, b) => {
      let [sum, count] = [0, 0];
      plane.forEach((value, i) => {
        const change = decibel(after[b][i] / value);
        if (!where[i] || !Number.isFinite(change)) return;
        sum += change;
        count++;
      });
      return (100 * sum) / count / injected;
    });
}

/**
 * Share in % of a change of an auxiliary date alone that appears in the filtered target: 0 for a filter that does not
 * leak, 100 for one that copies.
 *
 * @param withChange target filtered with the change in the auxiliary. @param without target filtered with none.
 * @returns one value for each intensity, C11 and C22; NaN where no pixel changed.
 */
export const temporalLeakage = response;

/**
 * Share in % of a change of the target alone that the filtered target keeps: 100 for a filter that keeps it.
 *
 * @param withChange target filtered with the change in the target. @param without target filtered with none.
 * @returns one value for each intensity, C11 and C22; NaN where no pixel changed.
 */
export const changeRetention = response;
