import { SarIoError } from '../errors';
import type { Calibration } from './acquisition';
import { type Channel, fileName } from './channels';
import { hyp3Letters } from './product-name';
import { type StatedItem, statedIn } from './stated-item';

/** As in `Sigma0_VV`, `gamma_naught`, `Beta Nought` or `γ0`. */
const BACKSCATTER = /(sigma|beta|gamma|[σβγ])[\s_-]*(?:[0⁰°](?!\d)|n[ao]ught|zero)/i;

const CONVENTIONS: Readonly<Record<string, Calibration>> = {
  ...{ sigma: 'sigma0', beta: 'beta0', gamma: 'gamma0' },
  ...{ σ: 'sigma0', β: 'beta0', γ: 'gamma0' },
};

const conventionIn = (text: string): Calibration | undefined =>
  CONVENTIONS[BACKSCATTER.exec(text)?.[1].toLowerCase() ?? ''];

/** The metadata item with the reference area of backscatter. */
export const CALIBRATION: StatedItem<Calibration> = {
  names: ['CALIBRATION'],
  expected: 'sigma0, beta0 or gamma0',
  parse: (text) => conventionIn(text) ?? CONVENTIONS[text.toLowerCase()],
};

/**
 * The calibration of channels that metadata state, else their names or those of their files. RTC products are in gamma0
 * unless their names state sigma0, as those of HyP3 do.
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
  const file = fileName(source);
  const [stated] = [
    ...statedIn(source.metadata, CALIBRATION),
    ...[name, file].flatMap((text) => conventionIn(text) ?? []),
  ];
  if (stated) return stated;
  if (hyp3Letters(file)?.calibration === 's') return 'sigma0';
  return /(?<![a-z])RTC(?![a-z])/i.test(file) ? 'gamma0' : undefined;
}
