import type { Acquisition } from './acquisition';

/** Whether an image is a result of `mtpi despeckle`, its web page or `@mtpi/model`: its metadata name the weights or these packages. */
export const isDespeckled = ({ metadata }: Pick<Acquisition, 'metadata'>): boolean =>
  metadata.MTPI_WEIGHTS !== undefined || /^@mtpi\/(?:workflows|model)\b/.test(metadata.SOFTWARE ?? '');
