import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { snapAcquired } from '../dimap/time';
import { SarIoError } from '../errors';
import { assertSameGrid } from '../georeference/same-grid';
import { checkWindow, type RasterSource } from '../raster/raster';
import type { Acquisition, AcquisitionOptions } from './acquisition';
import { ACQUISITION_TIME, hasTimeOfDay, isSameDay, mostPrecise } from './acquisition-date';
import { CALIBRATION, statedCalibration } from './calibration';
import { type Channel, channelsOf, channelsOfDay, covarianceChannels, polarizationPair } from './channels';
import { checkAcquisitionOptions } from './check-options';
import type { Contents } from './contents';
import { openComplex, openCovariance } from './covariance';
import { openIntensity } from './intensity';
import { PASS, RELATIVE_ORBIT } from './relative-orbit';
import { inCapitals, notUnderstood } from './stated-item';
import { type InputWarning, nameOfInput } from './warning';

/**
 * The dual-polarization acquisition that open rasters are: the bands C11, C22, C12_real, C12_imag in any order, together
 * or one by one; or VV and VH, complex or intensity, as two rasters or two bands of one. Closing it closes them.
 *
 * @throws SarIoError `InvalidArgument`, `NotFound`, `UnsupportedFormat`, `GridMismatch` where two rasters differ; the
 *   rasters stay open.
 */
export async function acquisitionOf(
  sources: readonly RasterSource[],
  options: AcquisitionOptions = {},
): Promise<Acquisition> {
  checkAcquisitionOptions('acquisitionOf', options);
  if (sources.length === 0)
    throw new SarIoError('InvalidArgument', 'acquisitionOf: expected a raster, found none');
  assertSameGrid(sources);
  const channels = channelsOf(sources, options.bands);
  const chosen = options.date ? channelsOfDay(channels, options.date) : channels;
  const { notes, read, ...contents } = await contentsOf(chosen, options);
  const [{ width, height, georeference, metadata }] = sources;
  const calibration = statedCalibration(chosen);
  const stated = mostPrecise(sources.map((source) => source.acquired));
  const acquired = snapAcquired(stated, chosen);
  const files = sources.map(({ path }) => path);
  const input = nameOfInput(files);
  return {
    paths: files,
    ...{ width, height, georeference, acquired, metadata: inCapitals(metadata) },
    ...(calibration && { calibration }),
    ...contents,
    bands: contents.polarimetry === 'covariance' ? COVARIANCE_BANDS : contents.channels,
    read: async (window, options) => {
      checkWindow(window, { path: input, width, height });
      return read(window, options);
    },
    warnings: [
      ...notes.map(([code, message]): InputWarning => ({ code, severity: 'note', message, input })),
      ...timeWarnings(sources, input),
      ...metadataWarnings(sources, input),
    ],
    close: () => closeAll(sources),
  };
}

export async function closeAll(sources: readonly RasterSource[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()));
}

async function contentsOf(channels: readonly Channel[], options: AcquisitionOptions): Promise<Contents> {
  const covarianceBands = covarianceChannels(channels);
  if (covarianceBands) return openCovariance(covarianceBands, options);
  const pair = polarizationPair(channels);
  const complex = pair.channels.map(({ source }) => source.complex);
  if (complex[0] !== complex[1]) {
    const found = pair.channels
      .map(({ name, source }) => `${name} of ${source.path}, ${source.complex ? 'complex' : 'real'}`)
      .join(' and ');
    throw new SarIoError('UnsupportedFormat', { expected: 'two complex channels or two real ones', found });
  }
  return complex[0] ? openComplex(pair, options) : openIntensity(pair, options);
}

const [MINUTE, DAY] = [60_000, 86_400_000];

/** Whether the files of an acquisition, and what else states its time, agree in it. */
export function timeWarnings(
  sources: readonly Pick<RasterSource, 'acquired'>[],
  input: string,
): InputWarning[] {
  const stated = sources.flatMap(({ acquired }) => acquired ?? []);
  // A day without a time agrees with any time of that day.
  const dates = stated.filter(
    (date) => hasTimeOfDay(date) || !stated.some((other) => hasTimeOfDay(other) && isSameDay(date, other)),
  );
  const apart = Math.max(...dates.map(Number)) - Math.min(...dates.map(Number));
  if (apart < MINUTE || dates.length < 2) return [];
  const times = dates
    .map((date) => date.toISOString().slice(0, hasTimeOfDay(date) ? undefined : 10))
    .join(' and ');
  const message = `The files were acquired at different times: ${times}`;
  return [{ code: 'TimesDiffer', severity: apart >= DAY ? 'error' : 'note', message, input }];
}

/** Items that state the time, the calibration or the orbit in a way that is not understood. */
export function metadataWarnings(
  sources: readonly Pick<RasterSource, 'metadata'>[],
  input: string,
): InputWarning[] {
  const messages = sources.flatMap(({ metadata }) =>
    [ACQUISITION_TIME, CALIBRATION, RELATIVE_ORBIT, PASS].flatMap((item) => notUnderstood(metadata, item)),
  );
  return [...new Set(messages)].map(
    (message): InputWarning => ({ code: 'MetadataIgnored', severity: 'note', message, input }),
  );
}
