import { formatUtc, type Polarization, SarIoError } from '@mtpi/sar-io';
import type { XmlElement } from '@mtpi/sar-io/node';
import { POLARIZATIONS, type ProductAnnotation } from './annotation';
import type { Manifest } from './manifest';

/** Programs that cut or merge products shift the start of some of their files, in seconds; another pass is hours away. */
const SHIFT = 60;

/** What an annotation states in its header, `adsHeader`. */
export type AdsHeader = Pick<
  ProductAnnotation,
  'path' | 'epoch' | 'mission' | 'swath' | 'polarization' | 'startTime'
>;

/** Parses the header of an annotation, without its path. @param epoch Day that times count from. */
export const parseHeader = (header: XmlElement, epoch: string) => ({
  epoch,
  mission: header.text('missionId'),
  swath: header.text('swath'),
  polarization: header.child('polarisation').choice(POLARIZATIONS),
  ...(header.find('startTime') && { startTime: header.time('startTime', epoch) }),
  absoluteOrbit: header.number('absoluteOrbitNumber'),
  ...(header.find('missionDataTakeId') && { dataTake: header.number('missionDataTakeId') }),
});

/**
 * Compares the header of a calibration or noise file with that of the annotation, as far as both have one.
 *
 * @throws SarIoError `CorruptFile` where it states another mission, swath, polarization or start.
 */
export function checkHeader(file: XmlElement, annotation: AdsHeader): void {
  const header = file.find('adsHeader');
  if (!header) return;
  const { path, epoch, mission, swath, polarization, startTime } = annotation;
  const fail = (expected: string, found: string) => header.fail(`${expected}, as in ${path}`, found);
  for (const [name, expected] of Object.entries({ missionId: mission, swath, polarisation: polarization })) {
    const found = header.find(name)?.text();
    if (found && found !== expected) fail(`${name} ${expected}`, found);
  }
  if (startTime === undefined || !header.find('startTime')) return;
  const found = header.time('startTime', epoch);
  if (Math.abs(found - startTime) > SHIFT)
    fail(`startTime ${formatUtc(startTime, epoch)}`, formatUtc(found, epoch));
}

/** @throws SarIoError `CorruptFile` where an annotation is of another product, swath or polarization. */
export function checkAnnotation(
  { path, epoch, startTime, ...annotation }: AdsHeader,
  { mission, start, stop }: Manifest,
  swath: string,
  polarization: Polarization,
): void {
  const fail = (expected: string, found: string): never => {
    throw new SarIoError('CorruptFile', { path, expected, found });
  };
  if (annotation.swath !== swath || annotation.polarization !== polarization)
    fail(`${swath} ${polarization}`, `${annotation.swath} ${annotation.polarization}`);
  if (annotation.mission !== mission) fail(`${mission}, as in manifest.safe`, annotation.mission);
  if (startTime === undefined || (startTime >= start - SHIFT && startTime <= stop + SHIFT)) return;
  const [first, last, found] = [start, stop, startTime].map((time) => formatUtc(time, epoch));
  fail(`a startTime from ${first} to ${last}, as in manifest.safe`, found);
}
