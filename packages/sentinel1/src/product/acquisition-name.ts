import { formatUtc, SarIoError } from '@mtpi/sar-io';
import { timeStamp } from '@mtpi/sar-io/node';
import type { Manifest } from './manifest';

type Start = Pick<Manifest, 'start' | 'epoch' | 'mission'>;

/** Start of an acquisition, such as `2024-03-05T21:46:32.123456`. */
export const acquisitionTime = ({ start, epoch }: Omit<Start, 'mission'>) => formatUtc(start, epoch);

/** Name of an acquisition in a stack, such as `20240305T214632_S1A`. */
export const acquisitionName = (acquisition: Start) =>
  `${timeStamp(new Date(`${acquisitionTime(acquisition)}Z`))}_${acquisition.mission}`;

/**
 * Index of the acquisition that a stack refers to.
 *
 * @param acquisitions Name of each in the stack, and names of its products.
 * @param name Part of these names, such as a date; default: the middle date.
 * @throws SarIoError `InvalidArgument` unless it is in the names of one acquisition.
 */
export function findReference(
  acquisitions: readonly { name: string; products: readonly { name: string }[] }[],
  name: string | undefined,
): number {
  if (name === undefined) return Math.floor(acquisitions.length / 2);
  const found = acquisitions.flatMap((acquisition, i) =>
    [acquisition, ...acquisition.products].some((named) => named.name.includes(name)) ? [i] : [],
  );
  if (found.length === 1) return found[0];
  throw new SarIoError('InvalidArgument', {
    expected: 'a reference that names one date',
    found: `'${name}', which ${found.length} have in their names`,
    hint: `name one of ${acquisitions.map((acquisition) => acquisition.name).join(', ')}`,
  });
}
