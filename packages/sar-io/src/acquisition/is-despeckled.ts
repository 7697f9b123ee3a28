import type { Acquisition } from './acquisition';

/** Whether an image is a result of `mtpi despeckle` or its web page: its metadata name the weights. */
export const isDespeckled = ({ metadata }: Pick<Acquisition, 'metadata'>): boolean =>
  metadata.MTPI_WEIGHTS !== undefined || (metadata.SOFTWARE ?? '').startsWith('@mtpi/workflows');
