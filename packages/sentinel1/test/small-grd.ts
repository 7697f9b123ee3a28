import { complexTiff, smallSafe } from './small-safe';

/** A GRD product of 8 lines × 6 samples in two polarizations, just enough to be read; nothing in it is physical. */
export const GRD_SIZE = { lines: 8, samples: 6 };

const STEM = 's1a-iw-grd-XX-20240305t235959-20240306t000004-052852-06658b-00';

export const grdName = (
  kind: 'annotation' | 'calibration' | 'noise' | 'measurement',
  polarization = 'vv',
) => {
  const stem = `${STEM.replace('XX', polarization)}${polarization === 'vv' ? 1 : 2}`;
  if (kind === 'annotation') return `annotation/${stem}.xml`;
  if (kind === 'measurement') return `measurement/${stem}.tiff`;
  return `annotation/calibration/${kind}-${stem}.xml`;
};

const pixelsOf = (polarization: string) =>
  Int16Array.from(
    { length: GRD_SIZE.lines * GRD_SIZE.samples },
    (_, i) => (polarization === 'vv' ? 100 : 50) + i,
  );

/** The files of the product, by name. */
export function smallGrd(): Map<string, string | Buffer> {
  const slc = smallSafe();
  const manifest = (slc.get('manifest.safe') as string).replace('>SLC<', '>GRD<');
  const files = new Map<string, string | Buffer>([['manifest.safe', manifest]]);
  const calibration = [...slc].find(([name]) => name.includes('calibration-'))![1];
  for (const polarization of ['vv', 'vh']) {
    files.set(grdName('annotation', polarization), annotation(polarization));
    files.set(grdName('calibration', polarization), calibration);
    files.set(grdName('noise', polarization), noise());
    files.set(grdName('measurement', polarization), amplitudeTiff(pixelsOf(polarization)));
  }
  return files;
}

export const amplitudeTiff = (pixels: Int16Array, samples = GRD_SIZE.samples, lines = GRD_SIZE.lines) =>
  complexTiff(pixels, samples, lines, { format: 1, bits: 16 });

const TIME = '2024-03-05T23:59:59.500000';
const list = (name: string, items: readonly string[]) =>
  `<${name} count="${items.length}">${items.join('')}</${name}>`;

function annotation(polarization: string): string {
  const xyz = (name: string) => `<${name}><x>1e6</x><y>2.5</y><z>-3.0</z></${name}>`;
  const points = [0, 7].flatMap((line) =>
    [0, 5].map(
      (
        pixel,
      ) => `<geolocationGridPoint><azimuthTime>${TIME}</azimuthTime><slantRangeTime>5.3e-03</slantRangeTime>
<line>${line}</line><pixel>${pixel}</pixel><latitude>45</latitude><longitude>7</longitude><height>100</height>
<incidenceAngle>33.5</incidenceAngle></geolocationGridPoint>`,
    ),
  );
  const records = ['23:59:58.000000', '23:59:59.000000', '23:59:59.999999'].map(
    (
      time,
    ) => `<coordinateConversion><azimuthTime>2024-03-05T${time}</azimuthTime><slantRangeTime>5.3e-03</slantRangeTime>
<sr0>8e5</sr0><srgrCoefficients count="2">0 2</srgrCoefficients><gr0>0</gr0>
<grsrCoefficients count="2">8e5 0.5</grsrCoefficients></coordinateConversion>`,
  );
  return `<?xml version="1.0"?><product><adsHeader><missionId>S1A</missionId><productType>GRD</productType>
<polarisation>${polarization.toUpperCase()}</polarisation><mode>IW</mode><swath>IW</swath>
<absoluteOrbitNumber>052852</absoluteOrbitNumber><missionDataTakeId>419467</missionDataTakeId></adsHeader>
<generalAnnotation><productInformation><pass>Ascending</pass><radarFrequency>5.405e+09</radarFrequency></productInformation>
${list('orbitList', [`<orbit><time>${TIME}</time>${xyz('position')}${xyz('velocity')}</orbit>`])}</generalAnnotation>
<imageAnnotation><imageInformation><productFirstLineUtcTime>${TIME}</productFirstLineUtcTime><sliceNumber>9</sliceNumber>
<slantRangeTime>5.3e-03</slantRangeTime><rangePixelSpacing>10</rangePixelSpacing><azimuthPixelSpacing>10</azimuthPixelSpacing>
<azimuthTimeInterval>1.5e-03</azimuthTimeInterval><numberOfSamples>${GRD_SIZE.samples}</numberOfSamples>
<numberOfLines>${GRD_SIZE.lines}</numberOfLines></imageInformation><processingInformation>
<thermalNoiseCorrectionPerformed>false</thermalNoiseCorrectionPerformed></processingInformation></imageAnnotation>
<geolocationGrid>${list('geolocationGridPointList', points)}</geolocationGrid>
<coordinateConversion>${list('coordinateConversionList', records)}</coordinateConversion>
<swathMerging>${list('swathMergeList', [
    `<swathMerge><swath>IW1</swath>${list('swathBoundsList', [
      '<swathBounds><firstAzimuthLine>0</firstAzimuthLine><firstRangeSample>0</firstRangeSample><lastAzimuthLine>7</lastAzimuthLine><lastRangeSample>5</lastRangeSample></swathBounds>',
    ])}</swathMerge>`,
  ])}</swathMerging></product>`;
}

/** 2000 everywhere. */
function noise(): string {
  const vectors = ['23:59:59.000000', '23:59:59.999999'].map(
    (
      time,
    ) => `<noiseRangeVector><azimuthTime>2024-03-05T${time}</azimuthTime><line>0</line><pixel count="2">0 5</pixel>
<noiseRangeLut count="2">1000 1000</noiseRangeLut></noiseRangeVector>`,
  );
  const blocks = `<noiseAzimuthVector><swath>IW1</swath><firstAzimuthLine>0</firstAzimuthLine><firstRangeSample>0</firstRangeSample>
<lastAzimuthLine>7</lastAzimuthLine><lastRangeSample>5</lastRangeSample><line count="2">0 7</line>
<noiseAzimuthLut count="2">2 2</noiseAzimuthLut></noiseAzimuthVector>`;
  return `<noise>${list('noiseRangeVectorList', vectors)}${list('noiseAzimuthVectorList', [blocks])}</noise>`;
}
