import { mistakeInOptions, type OptionKind, optionKinds } from '@mtpi/errors';
import { SarIoError } from '../errors';
import type { AcquisitionOptions } from './acquisition';

const { text, signal, oneOf, listOf } = optionKinds;

const OPTIONS: Record<keyof AcquisitionOptions, OptionKind> = {
  scale: oneOf('auto', 'linear', 'db', 'amplitude'),
  bands: listOf(text),
  date: {
    expected: 'a Date',
    accepts: (value) => value instanceof Date && Number.isFinite(Number(value)),
  },
  signal,
};

/**
 * @param caller the function that was called.
 * @throws SarIoError `InvalidArgument` for an option that there is not, or of another kind.
 */
export function checkAcquisitionOptions(caller: string, options: AcquisitionOptions): void {
  const mistake = mistakeInOptions(options, OPTIONS);
  if (mistake) throw new SarIoError('InvalidArgument', `${caller}: ${mistake.message}`, mistake);
}
