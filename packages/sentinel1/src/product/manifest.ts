import { isCoPolarized, type Polarization } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import { type Annotation, PASSES, POLARIZATIONS } from './annotation';

/** What `manifest.safe` tells of a product. */
export interface Manifest {
  /** `S1A` … `S1D`. */
  mission: string;
  mode: string;
  productType: string;
  /** The co-polarized one first: VV, VH or HH, HV. */
  polarizations: readonly Polarization[];
  absoluteOrbit: number;
  relativeOrbit: number;
  pass: Annotation['pass'];
  /** Day that times count from, `YYYY-MM-DD`: that of the start. */
  epoch: string;
  /** Seconds since 00:00 UTC of the epoch. */
  start: number;
  stop: number;
  /** Of the processor that made the SLC, such as 3.31; NaN if unknown. */
  processorVersion: number;
}

/**
 * @param xml What `manifest.safe` holds.
 * @throws SarIoError `CorruptFile`.
 */
export function parseManifest(xml: string, path: string): Manifest {
  const root = XmlElement.parse(xml, path, 'XFDU');
  const objects = root.all('metadataSection/metadataObject');
  const metadata = (id: string) => {
    const object = objects.find((candidate) => candidate.attribute('ID') === id);
    return (object ?? root.fail(`a metadataObject ${id}`, 'none')).child('metadataWrap/xmlData');
  };
  const platform = metadata('platform').child('platform');
  const orbit = metadata('measurementOrbitReference').child('orbitReference');
  const period = metadata('acquisitionPeriod').child('acquisitionPeriod');
  const product = metadata('generalProductInformation').child('standAloneProductInformation');
  const epoch = period.day('startTime');
  return {
    mission: `S1${platform.text('number')}`,
    mode: platform.text('instrument/extension/instrumentMode/mode'),
    productType: product.text('productType'),
    polarizations: product
      .all('transmitterReceiverPolarisation')
      .map((polarization) => polarization.choice(POLARIZATIONS))
      .sort((a, b) => Number(isCoPolarized(b)) - Number(isCoPolarized(a))),
    absoluteOrbit: orbit.number('orbitNumber'),
    relativeOrbit: orbit.number('relativeOrbitNumber'),
    pass: orbit.child('extension/orbitProperties/pass').choice(PASSES),
    epoch,
    start: period.time('startTime', epoch),
    stop: period.time('stopTime', epoch),
    processorVersion: Number(versionOf(metadata('processing').child('processing'))),
  };
}

/** Of ESA's processor (IPF): the last one, or one whose product another program has cut. */
function versionOf(processing: XmlElement): string | undefined {
  const isProcessor = (software: XmlElement) => /IPF/.test(software.attribute('name') ?? '');
  const software = processing.all('facility/software').find(isProcessor);
  if (software) return software.attribute('version');
  return processing.all('resource/processing').map(versionOf).find(Boolean);
}
