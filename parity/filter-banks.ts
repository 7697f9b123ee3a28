import { fractionalFourierBuffer, fractionalGaborPlane } from '@mtpi/layers';
import { type Difference, EVALUATION_LIMIT, relativeError } from './check';
import type { Fixture } from './fixture';

/** Initial planes of FrGT and buffers of FrFT against the reference. */
export async function checkFilterBanks(fixture: Fixture): Promise<Difference[]> {
  const planes = [...fixture.group('frgt.')].map(([key, { data }]) => {
    const i = Number(key);
    return relativeError(fractionalGaborPlane(45 * Math.floor(i / 4), 1 + (i % 4)).flat(), data);
  });
  const buffers = [...fixture.group('frft.')].map(([key, { data, shape }]) =>
    relativeError(fractionalFourierBuffer((Number(key) + 1) / 4, shape[1], shape[0]), data),
  );
  return [
    { name: 'FrGT', error: Math.max(...planes), limit: EVALUATION_LIMIT },
    { name: 'FrFT', error: Math.max(...buffers), limit: EVALUATION_LIMIT },
  ];
}
