import { decibel } from '../decibel';
import { check } from '../errors';
import { checkSameShape, type Image, type Mask, planes, validity } from '../image';

/** A change of backscatter inserted into one date. */
export interface InsertedChange {
  /** In dB of the intensity, not 0. */
  decibel: number;
  /** Pixels that were changed. */
  changed: Mask;
}

/**
 * Response of a multitemporal filter to a change of backscatter at one date, in % of the change: the mean over the changed
 * pixels of 10·log₁₀(with / without change), divided by the change in dB. Pixels where the ratio is not finite are left out.
 *
 * With the change at an auxiliary date it is the temporal leakage, ideally 0; with the change at the target date it is the
 * share of the change that is retained, ideally 100.
 *
 * @param withChange filtered target, from inputs with the change. @param without filtered target, from the same inputs
 *   without it.
 * @returns one value for each intensity, C11 and C22; NaN where no pixel changed.
 */
export function changeResponse(
  withChange: Image,
  without: Image,
  { decibel: inserted, changed }: InsertedChange,
): number[] {
  check(inserted !== 0, 'changeResponse', 'a change other than 0 dB', inserted);
  checkSameShape(withChange, without, 'changeResponse');
  const where = validity(without, changed);
  const after = planes(withChange);
  return planes(without)
    .slice(0, 2)
    .map((before, b) => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < before.length; i++) {
        if (!where[i]) continue;
        const response = decibel(after[b][i] / before[i]);
        if (!Number.isFinite(response)) continue;
        sum += response;
        count++;
      }
      return (100 * sum) / (count * inserted);
    });
}
