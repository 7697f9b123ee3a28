import { basename } from 'node:path';
import { arch, platform, versions } from 'node:process';
import { commandLine, redactUrls } from '@mtpi/errors';
import type { Origin } from '../acquisitions/coregistered-inputs';
import { type AcquisitionInput, pathsOf, type SeriesInput } from '../acquisitions/inputs';
import { describeLooks } from '../acquisitions/looks';
import type { Triplet } from '../acquisitions/triplet';
import type { DespeckleOptions } from '../despeckle/despeckle-options';
import type { Level } from '../despeckle/level-meter';
import type { LoadedNetwork } from '../despeckle/network';
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
  network: Pick<LoadedNetwork, 'hash' | 'description'>,
  options: DespeckleOptions,
): Record<string, string> {
  const { weights = 'mtpi', tile, overlap, haAlphaWindow = 5, outputScale = 'linear' } = options;
  const { before } = input;
  const list = (dates: readonly AcquisitionInput[], first: number) =>
    dates.map((date, i) => describeDate(date, origin, acquired[first + i])).join(', ');
  return {
    ...(acquired[0] && { acquired: acquired[0].toISOString() }),
    target: list([input.target], 0),
    previous: list(before, 1),
    next: list(input.after, 1 + before.length),
    ...(crop && { crop: [crop.x, crop.y, crop.width, crop.height].join() }),
    ...(alignment && { alignment }),
    weights: `${basename(weights)}, SHA-256 ${network.hash}`,
    network: network.description,
    ...(target.metadata.PRODUCT && { product: target.metadata.PRODUCT }),
    ...(target.metadata.PASS && { pass: target.metadata.PASS.toLowerCase() }),
    'input scale': target.scale === 'complex' ? 'complex' : target.scale,
    calibration: calibrationOf(target),
    'equivalent number of looks': describeLooks(target),
    'output scale': outputScale,
    tile: `${tile ?? 'as trained'}, overlap ${overlap ?? 'default'}`,
    ...(bands === 4 && { 'averaging window for H/A/alpha': `${haAlphaWindow} × ${haAlphaWindow}` }),
    ...(warnings.length && { notes: warnings.map(({ message }) => message).join('; ') }),
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
  const signed = (change: number) => `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(2)} dB`;
  return {
    ...rest,
    engine,
    ...(levelChange && { 'level change': levelChange.map(signed).join(', ') }),
    ...(versions && { versions }),
    ...(command && { command }),
  };
}

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
      .map(([item, value]) => [item.slice(PREFIX.length).toLowerCase().replaceAll('_', ' '), value]),
  );
}

function describeDate(date: AcquisitionInput, origin: Origin, acquired: Date | undefined): string {
  const names = pathsOf(date)
    .flatMap((path) => origin(path))
    .map((path) => basename(redactUrls(path).replace(/[\\/]+$/, '')));
  return `${names.join(' + ')}${acquired ? ` (${acquired.toISOString().slice(0, 10)})` : ''}`;
}

/** The calibration that metadata or names state. */
function calibrationOf({ metadata, paths }: Triplet['target']): string {
  if (metadata.CALIBRATION) return metadata.CALIBRATION;
  const name = paths.map((path) => basename(path)).join(' ');
  const stated = /(sigma|beta|gamma)_?(?:0|naught)/i.exec(name)?.[1].toLowerCase();
  if (stated) return `${stated}0, from the file name`;
  return /(?<![a-z])RTC(?![a-z])/i.test(name) ? 'gamma0, as in RTC products' : 'not stated';
}
