import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { deflateSync } from 'node:zlib';
import { formatUtc } from '@mtpi/sar-io';
import { ZipFile } from 'yazl';
import { encodeIfd, ifdSize, type Tag } from '../../sar-io/src/geotiff/ifd';

/** A product of one swath, two bursts of 4 lines × 6 samples, just enough to be read; nothing in it is physical. */
export const SMALL = {
  name: 'S1A_IW_SLC__1SDV_20240305T235959_20240306T000004_052852_06658B_96CB',
  samples: 6,
};
export const LINES_PER_BURST = 4;
export const BURSTS = 2;
export const LINES = BURSTS * LINES_PER_BURST;

const STEM = 's1a-iw2-slc-XX-20240305t235959-20240306t000004-052852-06658b-00';

export const nameOf = (kind: 'annotation' | 'calibration' | 'noise' | 'measurement', polarization = 'vv') => {
  const stem = `${STEM.replace('XX', polarization)}${polarization === 'vv' ? 5 : 2}`;
  if (kind === 'annotation') return `annotation/${stem}.xml`;
  if (kind === 'measurement') return `measurement/${stem}.tiff`;
  return `annotation/calibration/${kind}-${stem}.xml`;
};

/** I = 100 · line + sample, Q = −I. */
export const smallPixels = Int16Array.from({ length: LINES * SMALL.samples * 2 }, (_, i) => {
  const pixel = Math.floor(i / 2);
  const value = 100 * Math.floor(pixel / SMALL.samples) + (pixel % SMALL.samples);
  return i % 2 === 0 ? value : -value;
});

/** The files of the product, by name. */
export function smallSafe(): Map<string, string | Buffer> {
  const files = new Map<string, string | Buffer>([['manifest.safe', manifest()]]);
  for (const polarization of ['vv', 'vh']) {
    files.set(nameOf('annotation', polarization), annotation(polarization));
    files.set(nameOf('calibration', polarization), calibration());
    files.set(nameOf('noise', polarization), noise());
    files.set(nameOf('measurement', polarization), complexTiff(smallPixels, SMALL.samples, LINES));
  }
  return files;
}

export function writeFolder(folder: string, files: ReadonlyMap<string, string | Buffer>): string {
  for (const [name, content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export interface ZipOptions {
  root?: string;
  compress?: boolean;
  zip64?: boolean;
  extra?: Record<string, string>;
}

export async function writeZip(
  path: string,
  files: ReadonlyMap<string, string | Buffer>,
  { root = `${SMALL.name}.SAFE/`, compress = true, zip64 = false, extra = {} }: ZipOptions = {},
): Promise<string> {
  const zip = new ZipFile();
  const options = { compress, forceZip64Format: zip64 };
  for (const [name, content] of files) zip.addBuffer(Buffer.from(content as Buffer), root + name, options);
  for (const [name, content] of Object.entries(extra)) zip.addBuffer(Buffer.from(content), name, options);
  zip.end({ forceZip64Format: zip64, comment: '' });
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

export interface TiffOptions {
  format?: number;
  bits?: number;
  deflate?: boolean;
  /** Bytes between the strips. */
  gap?: number;
}

/** One strip per line, the directory after them, as ESA writes it. */
export function complexTiff(
  pixels: Int16Array,
  samples: number,
  lines: number,
  { format = 5, bits = 32, deflate = false, gap = 0 }: TiffOptions = {},
): Buffer {
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const lineBytes = bytes.length / lines;
  const strips = Array.from({ length: lines }, (_, y) => {
    const strip = bytes.subarray(y * lineBytes, (y + 1) * lineBytes);
    return deflate ? deflateSync(strip) : Buffer.concat([strip, Buffer.alloc(gap)]);
  });
  const offsets = strips.map((_, y) => 8 + strips.slice(0, y).reduce((sum, strip) => sum + strip.length, 0));
  const end = offsets[lines - 1] + strips[lines - 1].length;
  const start = end + (end % 2);
  const tags: Tag[] = [
    { tag: 256, type: 'long', values: [samples] },
    { tag: 257, type: 'long', values: [lines] },
    { tag: 258, type: 'short', values: [bits] },
    { tag: 259, type: 'short', values: [deflate ? 8 : 1] },
    { tag: 262, type: 'short', values: [1] },
    { tag: 273, type: 'long', values: offsets },
    { tag: 277, type: 'short', values: [1] },
    { tag: 278, type: 'long', values: [1] },
    { tag: 279, type: 'long', values: strips.map((strip) => strip.length - gap) },
    { tag: 339, type: 'short', values: [format] },
  ];
  const file = Buffer.alloc(start + ifdSize(tags, false));
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(start, 4);
  strips.forEach((strip, y) => strip.copy(file, offsets[y]));
  file.set(encodeIfd(tags, start, 0, false), start);
  return file;
}

function manifest(): string {
  const metadata = (id: string, content: string) =>
    `<metadataObject ID="${id}"><metadataWrap><xmlData>${content}</xmlData></metadataWrap></metadataObject>`;
  return `<?xml version="1.0"?>
<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1" xmlns:safe="s" xmlns:s1="t" xmlns:s1sarl1="u"><metadataSection>
${metadata('processing', '<safe:processing><safe:facility><safe:software name="Sentinel-1 IPF" version="003.71"/></safe:facility></safe:processing>')}
${metadata(
  'platform',
  '<safe:platform><safe:number>A</safe:number><safe:instrument><safe:extension><s1sarl1:instrumentMode><s1sarl1:mode>IW</s1sarl1:mode></s1sarl1:instrumentMode></safe:extension></safe:instrument></safe:platform>',
)}
${metadata(
  'measurementOrbitReference',
  '<safe:orbitReference><safe:orbitNumber type="start">52852</safe:orbitNumber><safe:orbitNumber type="stop">52853</safe:orbitNumber><safe:relativeOrbitNumber type="start">5</safe:relativeOrbitNumber><safe:extension><s1:orbitProperties><s1:pass>ASCENDING</s1:pass></s1:orbitProperties></safe:extension></safe:orbitReference>',
)}
${metadata(
  'generalProductInformation',
  '<s1sarl1:standAloneProductInformation><s1sarl1:transmitterReceiverPolarisation>VH</s1sarl1:transmitterReceiverPolarisation><s1sarl1:transmitterReceiverPolarisation>VV</s1sarl1:transmitterReceiverPolarisation><s1sarl1:productType>SLC</s1sarl1:productType></s1sarl1:standAloneProductInformation>',
)}
${metadata(
  'acquisitionPeriod',
  '<safe:acquisitionPeriod><safe:startTime>2024-03-05T23:59:59.250000</safe:startTime><safe:stopTime>2024-03-06T00:00:04.500001</safe:stopTime></safe:acquisitionPeriod>',
)}
</metadataSection></xfdu:XFDU>`;
}

const list = (name: string, items: readonly string[]) =>
  `<${name} count="${items.length}">${items.join('')}</${name}>`;
const numbers = (name: string, values: readonly (number | string)[]) =>
  `<${name} count="${values.length}">${values.join(' ')}</${name}>`;

/** The first burst starts before midnight, the second after it. */
export const BURST_TIMES = ['2024-03-05T23:59:59.500000', '2024-03-06T00:00:02.250001'];

function annotation(polarization: string): string {
  const bursts = BURST_TIMES.map(
    (
      time,
      b,
    ) => `<burst><azimuthTime>${time}</azimuthTime><azimuthAnxTime>${1000.5 + 2.75 * b}</azimuthAnxTime>
<sensingTime>${time}</sensingTime><byteOffset>${8 + b * LINES_PER_BURST * SMALL.samples * 4}</byteOffset>
${numbers('firstValidSample', [-1, 1, 1, -1]).replaceAll(' ', b === 0 ? ' ' : '\t')}
${numbers('lastValidSample', [-1, 4, 4, -1])}<burstId absolute="9${b}">${77 + b}</burstId></burst>`,
  );
  const xyz = (name: string, x: number) => `<${name}><x>${x}</x><y>2.5e+00</y><z>-3.0</z></${name}>`;
  const points = [0, 4, 7].flatMap((line) =>
    [0, 5].map(
      (pixel) => `<geolocationGridPoint><azimuthTime>${BURST_TIMES[0]}</azimuthTime>
<slantRangeTime>5.3e-03</slantRangeTime><line>${line}</line><pixel>${pixel}</pixel><latitude>4.5e+01</latitude>
<longitude>7.0</longitude><height>100</height><incidenceAngle>33.5</incidenceAngle></geolocationGridPoint>`,
    ),
  );
  const window = (bandwidth: number) =>
    `<windowCoefficient>0.75</windowCoefficient><processingBandwidth>${bandwidth}</processingBandwidth>`;
  return `<?xml version="1.0"?><product><adsHeader><missionId>S1A</missionId><productType>SLC</productType>
<polarisation>${polarization.toUpperCase()}</polarisation><mode>IW</mode><swath>IW2</swath>
<absoluteOrbitNumber>052852</absoluteOrbitNumber><missionDataTakeId>419467</missionDataTakeId></adsHeader>
<generalAnnotation><productInformation><pass>Ascending</pass><rangeSamplingRate>6.4e+07</rangeSamplingRate>
<radarFrequency>5.405e+09</radarFrequency><azimuthSteeringRate>9.8e-01</azimuthSteeringRate></productInformation>
${list('orbitList', [`<orbit><time>${BURST_TIMES[0]}</time>${xyz('position', 1e6)}${xyz('velocity', 10)}</orbit>`])}
${list('azimuthFmRateList', [`<azimuthFmRate><azimuthTime>${BURST_TIMES[0]}</azimuthTime><t0>5e-03</t0>${numbers('azimuthFmRatePolynomial', [-2300, 4.5e5, -7.9e7])}</azimuthFmRate>`])}
</generalAnnotation><imageAnnotation><imageInformation>
<productFirstLineUtcTime>${BURST_TIMES[0]}</productFirstLineUtcTime><ascendingNodeTime>2024-03-05T23:43:19.000000</ascendingNodeTime>
<slantRangeTime>5.3e-03</slantRangeTime><azimuthTimeInterval>2.0555e-03</azimuthTimeInterval>
<numberOfSamples>${SMALL.samples}</numberOfSamples><numberOfLines>${LINES}</numberOfLines></imageInformation>
<processingInformation><dcMethod>Data Analysis</dcMethod>${list('swathProcParamsList', [
    `<swathProcParams><rangeProcessing>${window(48.3e6)}</rangeProcessing><azimuthProcessing>${window(313)}</azimuthProcessing></swathProcParams>`,
  ])}</processingInformation></imageAnnotation>
<dopplerCentroid>${list(
    'dcEstimateList',
    ['false', 'true'].map(
      (above) => `<dcEstimate><azimuthTime>${BURST_TIMES[1]}</azimuthTime><t0>5e-03</t0>
${numbers('geometryDcPolynomial', [1, 2, 3])}${numbers('dataDcPolynomial', [4, 5, 6])}
<dataDcRmsErrorAboveThreshold>${above}</dataDcRmsErrorAboveThreshold></dcEstimate>`,
    ),
  )}</dopplerCentroid>
<swathTiming><linesPerBurst>${LINES_PER_BURST}</linesPerBurst><samplesPerBurst>${SMALL.samples}</samplesPerBurst>
${list('burstList', bursts)}</swathTiming>
<geolocationGrid>${list('geolocationGridPointList', points.reverse())}</geolocationGrid></product>`;
}

/** Vectors whose pixels differ; A over lines −2, 3 and 9. */
export const CALIBRATION = [
  { line: -2, pixel: [0, 2, 5], a: [10, 14, 20] },
  { line: 3, pixel: [0, 3, 5], a: [20, 32, 36] },
  { line: 9, pixel: [0, 2, 4], a: [26, 30, 44] },
];

function calibration(): string {
  const vectors = CALIBRATION.map(
    ({
      line,
      pixel,
      a,
    }) => `<calibrationVector><azimuthTime>${BURST_TIMES[0]}</azimuthTime><line>${line}</line>
${numbers('pixel', pixel)}${numbers('sigmaNought', a)}
${numbers(
  'betaNought',
  a.map((v) => v / 2),
)}${numbers(
  'gamma',
  a.map((v) => v * 2),
)}</calibrationVector>`,
  );
  return `<calibration>${list('calibrationVectorList', vectors)}</calibration>`;
}

/** One vector before the first burst and one after the last, and `line` one burst too low. */
function noise(): string {
  const times = ['2024-03-05T23:59:56.750000', ...BURST_TIMES, '2024-03-06T00:00:04.999000'];
  const vectors = times.map(
    (
      time,
      i,
    ) => `<noiseRangeVector><azimuthTime>${time}</azimuthTime><line>${(i - 2) * LINES_PER_BURST}</line>
${numbers('pixel', [0, 5])}${numbers('noiseRangeLut', [100 * i, 100 * i + 50])}</noiseRangeVector>`,
  );
  return `<noise>${list('noiseRangeVectorList', vectors)}${list('noiseAzimuthVectorList', [
    `<noiseAzimuthVector>${numbers('line', [0, 4, 7])}${numbers('noiseAzimuthLut', [1.5, 1, 1.6])}</noiseAzimuthVector>`,
  ])}</noise>`;
}

export interface EofOptions {
  mission?: string;
  type?: string;
  created?: string;
  /** Seconds since 00:00 of 2024-03-05. */
  start?: number;
  stop?: number;
  /** Vectors at the start whose quality is not nominal. */
  degraded?: number;
}

const EPOCH = '2024-03-05';

export function eofName({
  mission = 'S1A',
  type = 'RESORB',
  created = '20240306T030000',
  ...span
}: EofOptions) {
  const [start, stop] = [span.start ?? 85200, span.stop ?? 87600].map((seconds) =>
    formatUtc(seconds, EPOCH).slice(0, 19).replace(/[-:]/g, ''),
  );
  return `${mission}_OPER_AUX_${type}_OPOD_${created}_V${start}_${stop}.EOF`;
}

/** An orbit file whose x is the time, every ten seconds. */
export function eof({
  mission = 'S1A',
  type = 'RESORB',
  start = 85200,
  stop = 87600,
  degraded = 0,
}: EofOptions = {}) {
  const vectors = Array.from({ length: Math.floor((stop - start) / 10) }, (_, i) => {
    const time = start + 0.25 + 10 * i;
    const [x, utc] = [time.toFixed(6), formatUtc(time, EPOCH)];
    return `<OSV><TAI>TAI=${utc}</TAI><UTC>UTC=${utc}</UTC><X unit="m">${x}</X><Y unit="m">-2.5</Y><Z unit="m">3</Z>
<VX unit="m/s">1</VX><VY unit="m/s">2</VY><VZ unit="m/s">7.5</VZ><Quality>${i < degraded ? 'DEGRADED' : 'NOMINAL'}</Quality></OSV>`;
  });
  const validity = [start, stop].map((seconds) => `UTC=${formatUtc(seconds, EPOCH).slice(0, 19)}`);
  return `<?xml version="1.0"?><Earth_Explorer_File><Earth_Explorer_Header><Fixed_Header>
<Mission>${mission.replace('S1', 'Sentinel-1')}</Mission><File_Type>AUX_${type}</File_Type><Validity_Period>
<Validity_Start>${validity[0]}</Validity_Start><Validity_Stop>${validity[1]}</Validity_Stop></Validity_Period>
</Fixed_Header><Variable_Header><Ref_Frame>EARTH_FIXED</Ref_Frame></Variable_Header></Earth_Explorer_Header>
<Data_Block type="xml">${list('List_of_OSVs', vectors)}</Data_Block></Earth_Explorer_File>`;
}
