import { median } from '@mtpi/polsar-priors';
import type { MaskedImage } from '../raster/raster';
import type { Acquisition } from './acquisition';
import { valuesOf } from './sample';
import type { WarningCode } from './warning';

/** A warning that is still without the name of its input. */
export type Note = readonly [code: WarningCode, message: string];

/** An acquisition as far as it depends on what its files hold. */
export interface Contents extends Pick<Acquisition, 'polarimetry' | 'channels' | 'scale' | 'read'> {
  notes: readonly Note[];
}

/** No backscatter comes near this power (150 dB): values beyond are fill, and sums of them would overflow float32. */
export const MAX_POWER = 1e15;

/** Whether the cross-polarized channel is the stronger one. */
export function strengthNotes(parts: readonly MaskedImage[], [co, cross]: readonly [string, string]): Note[] {
  const [first, second] = [0, 1].map((band) => median(valuesOf(parts, band)));
  return second > first
    ? [['ChannelsSuspicious', `${cross} is stronger than ${co}; the channels may be swapped in these files`]]
    : [];
}
