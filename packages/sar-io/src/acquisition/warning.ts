/**
 * Code of a warning. On opening: `ScaleAssumed`, `PolarizationAssumed`, `ChannelsReordered`, `ChannelsSuspicious`,
 * `UndeclaredFill`, `FrequentValue`, `NonPositivePower`, `InvalidCovariance`, `TimesDiffer`, `MetadataIgnored`;
 * `OrderAssumed` and `AlreadyDespeckled` of `openStackDates`; of `checkTriplet` the rest.
 */
export type WarningCode =
  | 'ScaleAssumed'
  | 'PolarizationAssumed'
  | 'ChannelsReordered'
  | 'ChannelsSuspicious'
  | 'UndeclaredFill'
  | 'FrequentValue'
  | 'NonPositivePower'
  | 'InvalidCovariance'
  | 'TimesDiffer'
  | 'MetadataIgnored'
  | 'OrderAssumed'
  | 'NoValidPixels'
  | 'ImplausibleBackscatter'
  | 'LevelsDiffer'
  | 'LongInterval'
  | 'OutOfOrder'
  | 'SameDate'
  | 'OrbitsDiffer'
  | 'PolarizationsDiffer'
  | 'PolarimetryDiffers'
  | 'CalibrationsDiffer'
  | 'AlreadyDespeckled'
  | 'SensorsDiffer'
  | 'SameImage'
  | 'NoGeoreference'
  | 'GridsDiffer';

/** An assumption about an input, or something suspicious about it. */
export interface InputWarning {
  code: WarningCode;
  /** `error` where the result would be worthless. */
  severity: 'note' | 'error';
  /** A sentence without the name of the input. */
  message: string;
  /** The files concerned. */
  input: string;
}

/** How the files of an acquisition are named in messages. */
export const nameOfInput = (paths: readonly string[]) => paths.join(' + ');
