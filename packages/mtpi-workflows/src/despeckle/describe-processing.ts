import { basename } from 'node:path';
import { arch, platform, versions } from 'node:process';
import { commandLine, redactUrls } from '@mtpi/errors';
import { HA_ALPHA_WINDOW } from '@mtpi/polsar-priors';
import { statedOrbit, statedPass } from '@mtpi/sar-io/node';
import { describeCalibration } from '../acquisitions/calibration';
import type { Origin } from '../acquisitions/coregistered-inputs';
import { type AcquisitionInput, pathsOf, type SeriesInput } from '../acquisitions/inputs';
import { describeLooks } from '../acquisitions/looks';
import { isNoiseSubtracted } from '../acquisitions/noise';
import type { SurroundedTriplet } from '../acquisitions/triplet';
import { groupAlike } from '../group-alike';
import { inputName, type Warning } from '../job';
import { timeText } from '../result/provenance';
import { VERSION } from '../software';
import type { DespeckleOptions } from './despeckle-options';
import type { Level } from './level-meter';
import type { LoadedNetwork } from './network';

/**
 * Provenance of an image, by name: inputs by the names of their files with their dates, weights, options, versions and the
 * command, without credentials.
 *
 * @param input as given, also where products were co-registered first.
 */
export function describeProcessing(
  input: SeriesInput,
  origin: Origin,
  { triplet, files }: Pick<SurroundedTriplet, 'triplet' | 'files'>,
  network: Pick<LoadedNetwork, 'hash' | 'description' | 'despeckler'>,
  options: DespeckleOptions,
): Record<string, string> {
  const { target, bands, acquired, crop, alignment, warnings } = triplet;
  const { weights = 'mtpi', haAlphaWindow = HA_ALPHA_WINDOW, outputScale = 'linear' } = options;
  const { tile = network.despeckler.tile } = options;
  const { overlap } = network.despeckler.layout(target, options);
  const { before } = input;
  const [pass, orbit] = [statedPass(target), statedOrbit(target)];
  const list = (dates: readonly AcquisitionInput[], first: number) =>
    dates.map((date, i) => describeDate(date, origin, acquired[first + i])).join(', ');
  return {
    ...(acquired[0] && { acquired: timeText(acquired[0]) }),
    target: list([input.target], 0),
    previous: list(before, 1),
    next: list(input.after, 1 + before.length),
    ...(crop && { crop: [crop.x, crop.y, crop.width, crop.height].join() }),
    ...(alignment && { alignment }),
    weights: `${basename(weights)}, SHA-256 ${network.hash}`,
    network: network.description,
    ...(target.metadata.PRODUCT && { product: target.metadata.PRODUCT }),
    ...(pass && { pass }),
    ...(orbit !== undefined && { 'relative orbit': String(orbit) }),
    polarizations: target.channels.join(', '),
    'input scale': target.scale === 'complex' ? 'complex' : target.scale,
    calibration: describeCalibration(target),
    ...(isNoiseSubtracted(target) && { 'thermal noise': 'subtracted beforehand' }),
    'equivalent number of looks': describeLooks(target),
    'output scale': outputScale,
    tile: `${tile}, overlap ${overlap}`,
    ...(bands === 4 && { 'H/A/alpha averaging window': `${haAlphaWindow} × ${haAlphaWindow}` }),
    ...(warnings.length && { notes: describeWarnings(warnings, files, origin) }),
    versions: `mtpi ${VERSION}, Node.js ${versions.node}, ${platform} ${arch}`,
    ...(options.command && { command: commandLine(options.command) }),
  };
}

/** The provenance, completed when an image is finished. */
export function completeProvenance(
  begun: Readonly<Record<string, string>>,
  engine: string,
  { levelChange }: Level,
): Record<string, string> {
  const { versions, command, ...rest } = begun;
  const names = rest.polarizations?.split(', ') ?? [];
  const changes = levelChange?.map((change, b) => `${names[b] ?? ''} ${signed(change)} dB`.trim());
  return {
    ...rest,
    engine,
    ...(changes && { 'change in mean backscatter': changes.join(', ') }),
    ...(versions && { versions }),
    ...(command && { command }),
  };
}

/** With two decimals; zero without a sign. */
function signed(value: number): string {
  const digits = Math.abs(value).toFixed(2);
  return Number(digits) === 0 ? digits : `${value < 0 ? '-' : '+'}${digits}`;
}

function describeDate(date: AcquisitionInput, origin: Origin, acquired: Date | undefined): string {
  const names = namesOf(pathsOf(date), origin);
  return `${names}${acquired ? ` (${acquired.toISOString().slice(0, 10)})` : ''}`;
}

/** @param files of each date. */
const describeWarnings = (
  warnings: readonly Warning[],
  files: SurroundedTriplet['files'],
  origin: Origin,
): string =>
  groupAlike(
    warnings.map((warning) => {
      const { input } = warning;
      const paths = files.find((own) => inputName(own) === input) ?? (input ? [input] : []);
      return { ...warning, ...(input && { input: namesOf(paths, origin) }) };
    }),
  )
    .map(({ message, input }) => (input ? `${input}: ${message}` : message))
    .join('; ');

/** The last part of a path; of a folder C2 also the folder that it lies in. */
const NAME = /(?:[^\\/]+[\\/](?=C2$))?[^\\/]+$/i;

/** The names of the files of a date, without their folders. */
const namesOf = (paths: readonly string[], origin: Origin): string =>
  paths
    .flatMap((path) => origin(path))
    .map((path) => redactUrls(path).replace(/[\\/]+$/, ''))
    .map((path) => NAME.exec(path)?.[0] ?? path)
    .join(' + ');
