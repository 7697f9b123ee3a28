import { basename } from 'node:path';
import { arch, platform, versions } from 'node:process';
import { commandLine, redactUrls } from '@mtpi/errors';
import { groupWarnings } from '@mtpi/jobs';
import type { Origin } from '../acquisitions/coregistered-inputs';
import { type AcquisitionInput, pathsOf, type SeriesInput } from '../acquisitions/inputs';
import { describeLooks } from '../acquisitions/looks';
import type { Triplet } from '../acquisitions/triplet';
import type { DespeckleOptions } from '../despeckle/despeckle-options';
import type { Level } from '../despeckle/level-meter';
import type { LoadedNetwork } from '../despeckle/network';
import type { Warning } from '../job';
import { VERSION } from '../software';

/** Prefix of the GeoTIFF metadata items of the provenance. */
const PREFIX = 'MTPI_';

/**
 * Provenance of an image, by name: inputs by the names of their files with their dates, weights, options, versions and the
 * command, without credentials.
 *
 * @param input as given, also where products were co-registered first.
 */
export function describeProcessing(
  input: SeriesInput,
  origin: Origin,
  { target, bands, acquired, crop, alignment, warnings }: Triplet,
  network: Pick<LoadedNetwork, 'hash' | 'description' | 'despeckler'>,
  options: DespeckleOptions,
): Record<string, string> {
  const { weights = 'mtpi', haAlphaWindow = 5, outputScale = 'linear' } = options;
  const { tile = network.despeckler.tile } = options;
  const { overlap } = network.despeckler.layout(target, options);
  const { before } = input;
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
    ...(target.metadata.PASS && { pass: target.metadata.PASS.toLowerCase() }),
    polarizations: target.channels.join(', '),
    'input scale': target.scale === 'complex' ? 'complex' : target.scale,
    calibration: calibrationOf(target),
    'equivalent number of looks': describeLooks(target),
    'output scale': outputScale,
    tile: `${tile}, overlap ${overlap}`,
    ...(bands === 4 && { 'H/A/alpha averaging window': `${haAlphaWindow} × ${haAlphaWindow}` }),
    ...(warnings.length && { notes: describeWarnings(warnings, origin) }),
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
  return Number(digits) === 0 ? digits : `${value < 0 ? '−' : '+'}${digits}`;
}

/** A time in UTC, such as `2024-03-05T05:26:24Z`; midnight, which dates without a time have, as the date alone. */
export const timeText = (time: Date): string =>
  time
    .toISOString()
    .replace('.000Z', 'Z')
    .replace(/T00:00:00Z$/, '');

/** The provenance as items of a GeoTIFF's metadata; the command stays out, for it has paths. */
export function metadataItems({
  command,
  ...rest
}: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      PREFIX + name.toUpperCase().replace(/[^A-Z]+/g, '_'),
      value,
    ]),
  );
}

/** The provenance in a GeoTIFF's metadata. */
export function provenanceIn(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata)
      .filter(([item]) => item.startsWith(PREFIX))
      .map(([item, value]) => [nameOf(item), value]),
  );
}

const nameOf = (item: string): string =>
  item.slice(PREFIX.length).toLowerCase().replaceAll('_', ' ').replace('h a alpha', 'H/A/alpha');

function describeDate(date: AcquisitionInput, origin: Origin, acquired: Date | undefined): string {
  const names = namesOf(pathsOf(date), origin);
  return `${names}${acquired ? ` (${acquired.toISOString().slice(0, 10)})` : ''}`;
}

const describeWarnings = (warnings: readonly Warning[], origin: Origin): string =>
  groupWarnings(
    warnings.map((warning) => ({
      ...warning,
      ...(warning.input && { input: namesOf(warning.input.split(' + '), origin) }),
    })),
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

/** The calibration that metadata or names state. */
function calibrationOf({ metadata, paths }: Triplet['target']): string {
  if (metadata.CALIBRATION) return metadata.CALIBRATION;
  const name = paths.map((path) => basename(path)).join(' ');
  const stated = /(sigma|beta|gamma)_?(?:0|naught)/i.exec(name)?.[1].toLowerCase();
  if (stated) return `${stated}0, from the file name`;
  return /(?<![a-z])RTC(?![a-z])/i.test(name) ? 'gamma0, as in RTC products' : 'not stated';
}
