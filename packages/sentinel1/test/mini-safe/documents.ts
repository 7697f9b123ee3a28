import { formatUtc } from '@mtpi/sar-io';
import type { CircularOrbit } from './circular-orbit';
import { TOPS } from './tops';

/** Content of the XML files of a product; times are seconds since 00:00 UTC of the epoch. */
export interface Described {
  mode: 'IW' | 'EW' | 'SM';
  polarizations: readonly ('VV' | 'VH')[];
  /** Degrees per second. */
  steeringRate: number;
  epoch: string;
  mission: string;
  absoluteOrbit: number;
  dataTake: number;
  relativeOrbit: number;
  /** When the satellite is where its orbit begins to count. */
  origin: number;
  orbit: CircularOrbit;
  linesPerBurst: number;
  samples: number;
  /** Line of the pass that the image begins with. */
  firstLine: number;
  bursts: readonly DescribedBurst[];
  doppler: readonly number[];
  grid: readonly DescribedPoint[];
  /** DN² of thermal noise at the first sample; it grows by a tenth over the samples. */
  noise: number;
}

export interface DescribedBurst {
  id: number;
  time: number;
  firstValidSample: readonly number[];
  lastValidSample: readonly number[];
}

export interface DescribedPoint {
  line: number;
  pixel: number;
  time: number;
  delay: number;
  latitude: number;
  longitude: number;
  height: number;
}

export const list = (name: string, items: readonly string[]) =>
  `<${name} count="${items.length}">${items.join('\n')}</${name}>`;
export const numbers = (name: string, values: readonly number[]) =>
  `<${name} count="${values.length}">${values.join(' ')}</${name}>`;
export const xyz = (name: string, [x, y, z]: readonly number[]) =>
  `<${name}><x>${x.toFixed(6)}</x><y>${y.toFixed(6)}</y><z>${z.toFixed(6)}</z></${name}>`;

/** Seconds from the ascending node to the origin. */
const SINCE_NODE = 1500;

export function manifestXml({
  mode,
  epoch,
  mission,
  absoluteOrbit,
  relativeOrbit,
  polarizations,
  bursts,
}: Described): string {
  const metadata = (id: string, content: string) =>
    `<metadataObject ID="${id}"><metadataWrap><xmlData>${content}</xmlData></metadataWrap></metadataObject>`;
  const [start, stop] = [bursts[0].time, bursts[bursts.length - 1].time + 3].map((time) =>
    formatUtc(time, epoch),
  );
  return `<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="a" xmlns:safe="b" xmlns:s1="c" xmlns:s1sarl1="d"><metadataSection>
${metadata('processing', '<safe:processing><safe:facility><safe:software name="Sentinel-1 IPF" version="003.71"/></safe:facility></safe:processing>')}
${metadata('platform', `<safe:platform><safe:number>${mission[2]}</safe:number><safe:instrument><safe:extension><s1sarl1:instrumentMode><s1sarl1:mode>${mode}</s1sarl1:mode></s1sarl1:instrumentMode></safe:extension></safe:instrument></safe:platform>`)}
${metadata('measurementOrbitReference', `<safe:orbitReference><safe:orbitNumber type="start">${absoluteOrbit}</safe:orbitNumber><safe:relativeOrbitNumber type="start">${relativeOrbit}</safe:relativeOrbitNumber><safe:extension><s1:orbitProperties><s1:pass>ASCENDING</s1:pass></s1:orbitProperties></safe:extension></safe:orbitReference>`)}
${metadata('generalProductInformation', `<s1sarl1:standAloneProductInformation>${polarizations.map((polarization) => `<s1sarl1:transmitterReceiverPolarisation>${polarization}</s1sarl1:transmitterReceiverPolarisation>`).join('')}<s1sarl1:productType>SLC</s1sarl1:productType></s1sarl1:standAloneProductInformation>`)}
${metadata('acquisitionPeriod', `<safe:acquisitionPeriod><safe:startTime>${start}</safe:startTime><safe:stopTime>${stop}</safe:stopTime></safe:acquisitionPeriod>`)}
</metadataSection></xfdu:XFDU>`;
}

export function annotationXml(product: Described, swath: string, polarization: string): string {
  const { epoch, origin, linesPerBurst, samples, bursts, orbit } = product;
  const stripMap = product.mode === 'SM';
  const utc = (time: number) => formatUtc(time, epoch);
  const vectors = Array.from({ length: 21 }, (_, i) => {
    const time = 10 * (i - 10);
    return `<orbit><time>${utc(origin + time)}</time>${xyz('position', orbit.position(time))}${xyz('velocity', orbit.velocity(time))}</orbit>`;
  });
  const polynomials = (name: string, body: string) =>
    [-3, 0, 3].map(
      (time) =>
        `<${name}><azimuthTime>${utc(origin + time)}</azimuthTime><t0>${TOPS.t0}</t0>${body}</${name}>`,
    );
  const points = product.grid.map(
    (
      point,
    ) => `<geolocationGridPoint><azimuthTime>${utc(point.time)}</azimuthTime><slantRangeTime>${point.delay}</slantRangeTime>
<line>${point.line}</line><pixel>${point.pixel}</pixel><latitude>${point.latitude}</latitude><longitude>${point.longitude}</longitude>
<height>${point.height}</height><incidenceAngle>33</incidenceAngle></geolocationGridPoint>`,
  );
  const window = (bandwidth: number, coefficient: number) =>
    `<windowCoefficient>${coefficient}</windowCoefficient><processingBandwidth>${bandwidth}</processingBandwidth>`;
  return `<?xml version="1.0"?><product><adsHeader><missionId>${product.mission}</missionId><productType>SLC</productType>
<polarisation>${polarization}</polarisation><mode>${stripMap ? swath : product.mode}</mode><swath>${swath}</swath><absoluteOrbitNumber>${product.absoluteOrbit}</absoluteOrbitNumber>
<missionDataTakeId>${product.dataTake}</missionDataTakeId></adsHeader>
<generalAnnotation><productInformation><pass>Ascending</pass><rangeSamplingRate>${TOPS.rangeSamplingRate}</rangeSamplingRate>
<radarFrequency>${TOPS.radarFrequency}</radarFrequency><azimuthSteeringRate>${product.steeringRate}</azimuthSteeringRate></productInformation>
${list('orbitList', vectors)}${list('azimuthFmRateList', polynomials('azimuthFmRate', numbers('azimuthFmRatePolynomial', TOPS.fmRate)))}
</generalAnnotation><imageAnnotation><imageInformation><productFirstLineUtcTime>${utc(bursts[0].time)}</productFirstLineUtcTime>
<ascendingNodeTime>${utc(origin - SINCE_NODE)}</ascendingNodeTime><slantRangeTime>${TOPS.slantRangeTime}</slantRangeTime>
<azimuthTimeInterval>${TOPS.azimuthTimeInterval}</azimuthTimeInterval><numberOfSamples>${samples}</numberOfSamples>
<numberOfLines>${bursts.length * linesPerBurst}</numberOfLines></imageInformation>
<processingInformation><dcMethod>Data Analysis</dcMethod>${list('swathProcParamsList', [
    `<swathProcParams><rangeProcessing>${window(56.5e6, 0.75)}</rangeProcessing><azimuthProcessing>${window(327, 0.7)}</azimuthProcessing></swathProcParams>`,
  ])}</processingInformation></imageAnnotation>
<dopplerCentroid>${list(
    'dcEstimateList',
    polynomials(
      'dcEstimate',
      `${numbers('geometryDcPolynomial', [0])}${numbers('dataDcPolynomial', product.doppler)}<dataDcRmsErrorAboveThreshold>false</dataDcRmsErrorAboveThreshold>`,
    ),
  )}</dopplerCentroid>
<swathTiming><linesPerBurst>${stripMap ? 0 : linesPerBurst}</linesPerBurst><samplesPerBurst>${stripMap ? 0 : samples}</samplesPerBurst>${list(
    'burstList',
    (stripMap ? [] : bursts).map(
      (
        burst,
        b,
      ) => `<burst><azimuthTime>${utc(burst.time)}</azimuthTime><azimuthAnxTime>${(burst.time - origin + SINCE_NODE).toFixed(6)}</azimuthAnxTime>
<sensingTime>${utc(burst.time + 1.13)}</sensingTime><byteOffset>${8 + 4 * b * linesPerBurst * samples}</byteOffset>
${numbers('firstValidSample', burst.firstValidSample)}${numbers('lastValidSample', burst.lastValidSample)}
<burstId absolute="${burst.id}">${burst.id}</burstId></burst>`,
    ),
  )}</swathTiming>
<geolocationGrid>${list('geolocationGridPointList', points)}</geolocationGrid></product>`;
}

/** A in σ⁰ = DN² / A²: falls over the samples, grows over the lines. */
export const amplitudeScale = (polarization: string, line: number, sample: number, samples: number) =>
  (polarization === 'VV' ? 700 : 720) * (1 - (0.08 * sample) / samples) * (1 + 1e-4 * line);

export function calibrationXml(
  { epoch, bursts, linesPerBurst, samples, firstLine }: Described,
  polarization: string,
): string {
  const [pixels, lines] = [
    [0, samples - 1],
    [-40, bursts.length * linesPerBurst + 17],
  ];
  const vectors = lines.map((line) => {
    const table = (factor: number) =>
      pixels.map((pixel) => factor * amplitudeScale(polarization, firstLine + line, pixel, samples));
    return `<calibrationVector><azimuthTime>${formatUtc(bursts[0].time, epoch)}</azimuthTime><line>${line}</line>
${numbers('pixel', pixels)}${numbers('sigmaNought', table(1))}${numbers('betaNought', table(0.7))}${numbers('gamma', table(0.9))}</calibrationVector>`;
  });
  return `<calibration>${list('calibrationVectorList', vectors)}</calibration>`;
}

/** DN² of thermal noise. */
export const noisePower = (noise: number, sample: number, samples: number) =>
  noise * (1 + (0.1 * sample) / samples);

/** A vector before the first burst, and lines one burst too low, as real products have them. */
export function noiseXml({ epoch, bursts, linesPerBurst, samples, noise }: Described): string {
  const pixels = [0, samples - 1];
  const times = [bursts[0].time - 2.7, ...bursts.map(({ time }) => time)];
  const vectors = times.map(
    (
      time,
      i,
    ) => `<noiseRangeVector><azimuthTime>${formatUtc(time, epoch)}</azimuthTime><line>${(i - 2) * linesPerBurst}</line>
${numbers('pixel', pixels)}${numbers(
  'noiseRangeLut',
  pixels.map((pixel) => (i === 0 ? 1e6 : noisePower(noise, pixel, samples))),
)}</noiseRangeVector>`,
  );
  const azimuth = `<noiseAzimuthVector>${numbers('line', [0, bursts.length * linesPerBurst - 1])}${numbers('noiseAzimuthLut', [1, 1])}</noiseAzimuthVector>`;
  return `<noise>${list('noiseRangeVectorList', vectors)}${list('noiseAzimuthVectorList', [azimuth])}</noise>`;
}

/** A precise orbit file: its name, and its content with the position wrong by some meters along x. */
export function orbitFile({ epoch, mission, origin, orbit }: Described, error = 0): [string, string] {
  const times = Array.from({ length: 61 }, (_, i) => 10 * (i - 30));
  const vectors = times.map((time) => {
    const utc = formatUtc(origin + time, epoch);
    const [p, v] = [orbit.position(time), orbit.velocity(time)].map((vector) =>
      vector.map((x) => x.toFixed(6)),
    );
    return `<OSV><TAI>TAI=${utc}</TAI><UTC>UTC=${utc}</UTC><X unit="m">${Number(p[0]) + error}</X><Y unit="m">${p[1]}</Y><Z unit="m">${p[2]}</Z>
<VX unit="m/s">${v[0]}</VX><VY unit="m/s">${v[1]}</VY><VZ unit="m/s">${v[2]}</VZ><Quality>NOMINAL</Quality></OSV>`;
  });
  const span = [-300, 300].map((time) => formatUtc(origin + time, epoch).slice(0, 19));
  const [start, stop] = span.map((text) => text.replace(/[-:]/g, ''));
  const content = `<?xml version="1.0"?><Earth_Explorer_File><Earth_Explorer_Header><Fixed_Header>
<Mission>${mission.replace('S1', 'Sentinel-1')}</Mission><File_Type>AUX_POEORB</File_Type><Validity_Period>
<Validity_Start>UTC=${span[0]}</Validity_Start><Validity_Stop>UTC=${span[1]}</Validity_Stop></Validity_Period>
</Fixed_Header><Variable_Header><Ref_Frame>EARTH_FIXED</Ref_Frame></Variable_Header></Earth_Explorer_Header>
<Data_Block type="xml">${list('List_of_OSVs', vectors)}</Data_Block></Earth_Explorer_File>`;
  return [`${mission}_OPER_AUX_POEORB_OPOD_20250101T120000_V${start}_${stop}.EOF`, content];
}
