import type { Acquisition } from '@mtpi/sar-io/node';

type Calibrated = Pick<Acquisition, 'metadata' | 'calibration' | 'warnings'>;

/** Whether powers are squared digital numbers, of integers that declare no scale; sar-io says so in words alone. */
const isUncalibrated = ({ warnings }: Calibrated): boolean =>
  warnings.some(({ code, message }) => code === 'ScaleAssumed' && message.endsWith('not calibrated'));

/** The calibration of powers, as metadata or names state it; undefined where unknown, or the powers have none. */
export const calibrationOf = (acquisition: Calibrated): Acquisition['calibration'] =>
  isUncalibrated(acquisition) ? undefined : acquisition.calibration;

/** The calibration and where it is stated, for the provenance. */
export function describeCalibration(acquisition: Calibrated): string {
  const { metadata, calibration } = acquisition;
  if (isUncalibrated(acquisition)) {
    const source = metadata.CALIBRATION ? 'metadata' : 'names';
    return `none: squared digital numbers${calibration ? ` (the ${source} say ${calibration})` : ''}`;
  }
  return metadata.CALIBRATION ?? (calibration ? `${calibration}, from the names` : 'not stated');
}
