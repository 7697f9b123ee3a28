import { SarIoError } from '../errors';
import type { Calibration } from './acquisition';
import { type Channel, fileName } from './channels';

/**
 * The calibration of channels that metadata state, else their names or those of their files. RTC products are in gamma0.
 *
 * @throws SarIoError `UnsupportedFormat` where the channels state different ones.
 */
export function statedCalibration(channels: readonly Channel[]): Calibration | undefined {
  const stated = channels.map((channel) => ({ channel, calibration: calibrationOf(channel) }));
  const known = stated.filter(({ calibration }) => calibration);
  const [first] = known;
  const other = known.find(({ calibration }) => calibration !== first.calibration);
  if (other)
    throw new SarIoError('UnsupportedFormat', {
      path: other.channel.source.path,
      expected: `${first.calibration} as in ${first.channel.name} of ${first.channel.source.path}`,
      found: `${other.calibration} in ${other.channel.name}`,
      hint: 'Use VV and VH of one calibration.',
    });
  return first?.calibration;
}

function calibrationOf({ name, source }: Channel): Calibration | undefined {
  const texts = [source.metadata.CALIBRATION ?? '', name, fileName(source)];
  const [stated] = texts.flatMap((text) => /(sigma|beta|gamma)_?(?:0|naught)/i.exec(text)?.[1] ?? []);
  if (stated) return `${stated.toLowerCase() as 'sigma' | 'beta' | 'gamma'}0`;
  return /(?<![a-z])RTC(?![a-z])/i.test(fileName(source)) ? 'gamma0' : undefined;
}
