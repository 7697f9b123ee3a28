import { isCoPolarized, type Polarization } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import { PASSES, POLARIZATIONS, type ProductAnnotation } from './annotation';

/** Content of `manifest.safe`. */
export interface Manifest {
  /** `S1A` … `S1D`. */
  mission: string;
  mode: string;
  productType: string;
  /** Co-polarized first: VV, VH or HH, HV. */
  polarizations: readonly Polarization[];
  absoluteOrbit: number;
  relativeOrbit: number;
  pass: ProductAnnotation['pass'];
  /** Day that times count from, `YYYY-MM-DD`: that of the start, unless the product was opened with another. */
  epoch: string;
  /** Seconds since 00:00 UTC of the epoch. */
  start: number;
  stop: number;
  /** Version of the Instrument Processing Facility (IPF), such as 3.31; NaN if unknown. */
  processorVersion: number;
}

/**
 * @param xml Content of `manifest.safe`.
 * @param day Day that times count from, `YYYY-MM-DD`; default: that of the start.
 * @throws SarIoError `CorruptFile`.
 */
export function parseManifest(xml: string, path: string, day?: string): Manifest {
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
  const epoch = day ?? period.day('startTime');
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

/** Version of the IPF that made the product, or the product that another program has cut this one from. */
function versionOf(processing: XmlElement): string | undefined {
  const isProcessor = (software: XmlElement) => /IPF/.test(software.attribute('name') ?? '');
  const software = processing.all('facility/software').find(isProcessor);
  if (software) return software.attribute('version');
  return processing.all('resource/processing').map(versionOf).find(Boolean);
}
