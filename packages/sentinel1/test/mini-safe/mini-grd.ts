import { join } from 'node:path';
import { Random } from '@mtpi/polsar-priors';
import { formatUtc, parseUtc } from '@mtpi/sar-io';
import { complexTiff, writeFolder, writeZip } from '../small-safe';
import { CircularOrbit, earthFixed, LIGHT, toGeodetic } from './circular-orbit';
import { list, numbers, xyz } from './documents';

/** Ground that products show. */
export interface GrdScene {
  /** Meters above the ellipsoid; without layover. */
  height(longitude: number, latitude: number): number;
  /** Gamma0 of VV and VH, of the sloping ground. */
  gamma0(longitude: number, latitude: number): readonly [number, number];
}

export interface MiniGrdDate {
  /** UTC time at the orbit's origin, such as `2024-03-05T21:46:32`. */
  origin: string;
  absoluteOrbit: number;
  /** Meters that the orbit is shifted across the track. */
  shift?: number;
  /** First line of the product on the track, for slices. Default 0. */
  firstLine?: number;
  lines?: number;
}

export const GRD = {
  ...{ lines: 300, samples: 300, pixelSpacing: 10, azimuthTimeInterval: 1.5e-3, start: -0.225 },
  ...{ slantRange: 839_000, bistaticReference: 5.605e-3, beta: 474 },
};

/** Columns at the near edge that hold no data. */
export const GRD_BORDER = 5;

/** Slant range (m) by ground range from the first sample, of two records a second apart, which differ by several meters. */
const RECORDS = [
  { time: -0.6, coefficients: [GRD.slantRange, 0.6, 3.9e-7] },
  { time: 0.4, coefficients: [GRD.slantRange, 0.603, 3.7e-7] },
];

const slantRangeAt = (time: number, range: number) => {
  const [first, second] = RECORDS.map(({ coefficients: [a, b, c] }) => a + b * range + c * range * range);
  const share = Math.max(0, Math.min(1, time - RECORDS[0].time));
  return first + share * (second - first);
};

/** Line time, zero-Doppler time and two-way time of a pixel; times from the orbit's origin. */
export function pixelTimes(line: number, sample: number): [lineTime: number, time: number, delay: number] {
  const lineTime = GRD.start + line * GRD.azimuthTimeInterval;
  const delay = (2 * slantRangeAt(lineTime, sample * GRD.pixelSpacing)) / LIGHT;
  return [lineTime, lineTime + (delay - GRD.bistaticReference) / 2, delay];
}

type Vector = readonly [number, number, number];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Solves for the ground that a pixel shows, by Newton's method from a place nearby. */
function groundAt(
  orbit: CircularOrbit,
  scene: GrdScene,
  [time, delay]: readonly [number, number],
  near: readonly [number, number],
): [number, number] {
  let [longitude, latitude] = near;
  const seen = (lon: number, lat: number) => orbit.toRadar(earthFixed(lon, lat, scene.height(lon, lat)));
  for (let i = 0; i < 6; i++) {
    const [t, d] = seen(longitude, latitude);
    const [east, north] = [seen(longitude + 1e-5, latitude), seen(longitude, latitude + 1e-5)];
    const [a, b, c, e] = [east[0] - t, north[0] - t, east[1] - d, north[1] - d];
    const determinant = a * e - b * c;
    const [dt, dd] = [time - t, delay - d];
    longitude += (1e-5 * (e * dt - b * dd)) / determinant;
    latitude += (1e-5 * (a * dd - c * dt)) / determinant;
    if (Math.abs(dt) < 1e-9 && Math.abs(dd) < 1e-13) break;
  }
  return [longitude, latitude];
}

/** Area perpendicular to the line of sight over area in the slant range plane (Ulander 1996): cos θ ⁄ cos ψ. */
function areaFactor(orbit: CircularOrbit, scene: GrdScene, longitude: number, latitude: number): number {
  const point = (lon: number, lat: number) => earthFixed(lon, lat, scene.height(lon, lat));
  const step = 2e-5;
  const east = minus(point(longitude + step, latitude), point(longitude - step, latitude));
  const north = minus(point(longitude, latitude + step), point(longitude, latitude - step));
  const normal = cross(east, north);
  const here = point(longitude, latitude);
  const [time] = orbit.toRadar(here);
  const look = minus(here, orbit.position(time));
  const side = cross(look, orbit.velocity(time));
  return -dot(normal, look) / Math.hypot(...look) / Math.abs(dot(normal, side) / Math.hypot(...side));
}

/** Longitude and latitude of the center of the first product, at height 0. */
export function grdCenter(): [number, number] {
  const [, time, delay] = pixelTimes(GRD.lines / 2, GRD.samples / 2);
  const { longitude, latitude } = toGeodetic(new CircularOrbit().toGround(time, delay, 0));
  return [longitude, latitude];
}

/**
 * Writes GRD products of a scene: amplitudes by inverting the geometry pixel by pixel, without speckle unless a number of looks
 * is given, with 0 in the first columns.
 *
 * @returns Their paths.
 */
export async function writeMiniGrd(
  folder: string,
  dates: readonly MiniGrdDate[],
  scene: GrdScene,
  { looks, zip = false, seed = 1 }: { looks?: number; zip?: boolean; seed?: number } = {},
): Promise<string[]> {
  const random = new Random(seed);
  const paths: string[] = [];
  for (const date of dates) {
    const { shift = 0, firstLine = 0, lines = GRD.lines } = date;
    const orbit = new CircularOrbit(shift);
    const amplitudes = [0, 1].map(() => new Int16Array(lines * GRD.samples));
    let start = grdCenter();
    for (let line = 0; line < lines; line++) {
      let near = start;
      for (let sample = 0; sample < GRD.samples; sample++) {
        const [, time, delay] = pixelTimes(firstLine + line, sample);
        near = groundAt(orbit, scene, [time, delay], near);
        if (sample === 0) start = near;
        if (sample < GRD_BORDER) continue;
        const factor = areaFactor(orbit, scene, ...near);
        for (const [p, gamma0] of scene.gamma0(...near).entries()) {
          const power = gamma0 * factor * GRD.beta ** 2 * (looks ? speckle(random, looks) : 1);
          amplitudes[p][line * GRD.samples + sample] = Math.max(1, Math.round(Math.sqrt(power)));
        }
      }
    }
    paths.push(await writeProduct(folder, date, amplitudes, zip));
  }
  return paths;
}

/** Mean intensity of a number of looks. */
function speckle(random: Random, looks: number): number {
  const normals = new Float32Array(2 * looks);
  random.fillNormal(normals, Math.SQRT1_2);
  return normals.reduce((sum, value) => sum + value * value, 0) / looks;
}

async function writeProduct(
  folder: string,
  date: MiniGrdDate,
  amplitudes: readonly Int16Array[],
  zip: boolean,
): Promise<string> {
  const { lines = GRD.lines } = date;
  const epoch = date.origin.slice(0, 10);
  const product = describe(date, epoch);
  const [start, stop] = [product.firstTime, product.firstTime + lines * GRD.azimuthTimeInterval].map((time) =>
    formatUtc(time, epoch).slice(0, 19).replace(/[-:]/g, ''),
  );
  const name = `S1A_IW_GRDH_1SDV_${start}_${stop}_0${date.absoluteOrbit}_0ABCDE_${(1000 + (date.firstLine ?? 0)).toString()}`;
  const files = new Map<string, string | Buffer>([['manifest.safe', product.manifest]]);
  for (const [p, polarization] of ['vv', 'vh'].entries()) {
    const stem =
      `s1a-iw-grd-${polarization}-${start}-${stop}-0${date.absoluteOrbit}-0abcde-00${p + 1}`.toLowerCase();
    files.set(`annotation/${stem}.xml`, product.annotation(polarization.toUpperCase()));
    files.set(`annotation/calibration/calibration-${stem}.xml`, product.calibration);
    files.set(`annotation/calibration/noise-${stem}.xml`, product.noise);
    files.set(
      `measurement/${stem}.tiff`,
      complexTiff(amplitudes[p], GRD.samples, lines, { format: 1, bits: 16 }),
    );
  }
  if (!zip) return writeFolder(join(folder, `${name}.SAFE`), files);
  const path = join(folder, `${name}.zip`);
  await writeZip(path, files, { root: `${name}.SAFE/` });
  return path;
}

const looksOf = (bandwidth: number, looks: number) =>
  `<windowCoefficient>0.75</windowCoefficient><lookBandwidth>${bandwidth}</lookBandwidth><numberOfLooks>${looks}</numberOfLooks>`;

function describe(date: MiniGrdDate, epoch: string) {
  const { absoluteOrbit, firstLine = 0, lines = GRD.lines, shift = 0 } = date;
  const origin = parseUtc(date.origin, epoch);
  const orbit = new CircularOrbit(shift);
  const utc = (time: number) => formatUtc(origin + time, epoch);
  const firstTime = origin + GRD.start + firstLine * GRD.azimuthTimeInterval;
  const stopTime = firstTime + (lines - 1) * GRD.azimuthTimeInterval;
  const points = [0, lines >> 1, lines - 1].flatMap((line) =>
    [0, GRD.samples >> 1, GRD.samples - 1].map((pixel) => {
      const [, time, delay] = pixelTimes(firstLine + line, pixel);
      const { longitude, latitude } = toGeodetic(orbit.toGround(time, delay, 0));
      return `<geolocationGridPoint><azimuthTime>${utc(time)}</azimuthTime><slantRangeTime>${delay}</slantRangeTime>
<line>${line}</line><pixel>${pixel}</pixel><latitude>${latitude}</latitude><longitude>${longitude}</longitude><height>0</height>
<incidenceAngle>38</incidenceAngle></geolocationGridPoint>`;
    }),
  );
  const vectors = Array.from({ length: 21 }, (_, i) => {
    const time = 10 * (i - 10);
    return `<orbit><time>${utc(time)}</time>${xyz('position', orbit.position(time))}${xyz('velocity', orbit.velocity(time))}</orbit>`;
  });
  const records = RECORDS.map(
    ({ time, coefficients: [a, b, c] }) => `<coordinateConversion><azimuthTime>${utc(time)}</azimuthTime>
<slantRangeTime>5.6e-3</slantRangeTime><sr0>${a}</sr0>${numbers('srgrCoefficients', [0, 1 / b, 0])}<gr0>0</gr0>
${numbers('grsrCoefficients', [a, b, c])}</coordinateConversion>`,
  );
  const pixels = [0, GRD.samples - 1];
  const tables = [-10, lines + 10].map((line) => {
    const time = formatUtc(firstTime + line * GRD.azimuthTimeInterval, epoch);
    const flat = (name: string, value: number) =>
      numbers(
        name,
        pixels.map(() => value),
      );
    return {
      calibration: `<calibrationVector><azimuthTime>${time}</azimuthTime><line>${line}</line>${numbers('pixel', pixels)}
${flat('sigmaNought', 600)}${flat('betaNought', GRD.beta)}${flat('gamma', 550)}${flat('dn', 474)}</calibrationVector>`,
      noise: `<noiseRangeVector><azimuthTime>${time}</azimuthTime><line>${line}</line>${numbers('pixel', pixels)}
${flat('noiseRangeLut', 300)}</noiseRangeVector>`,
    };
  });
  const metadata = (id: string, content: string) =>
    `<metadataObject ID="${id}"><metadataWrap><xmlData>${content}</xmlData></metadataWrap></metadataObject>`;
  return {
    firstTime,
    manifest: `<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="a" xmlns:safe="b" xmlns:s1="c" xmlns:s1sarl1="d"><metadataSection>
${metadata('processing', '<safe:processing><safe:facility><safe:software name="Sentinel-1 IPF" version="003.71"/></safe:facility></safe:processing>')}
${metadata('platform', '<safe:platform><safe:number>A</safe:number><safe:instrument><safe:extension><s1sarl1:instrumentMode><s1sarl1:mode>IW</s1sarl1:mode></s1sarl1:instrumentMode></safe:extension></safe:instrument></safe:platform>')}
${metadata('measurementOrbitReference', `<safe:orbitReference><safe:orbitNumber type="start">${absoluteOrbit}</safe:orbitNumber><safe:relativeOrbitNumber type="start">${((absoluteOrbit - 73) % 175) + 1}</safe:relativeOrbitNumber><safe:extension><s1:orbitProperties><s1:pass>ASCENDING</s1:pass></s1:orbitProperties></safe:extension></safe:orbitReference>`)}
${metadata('generalProductInformation', '<s1sarl1:standAloneProductInformation><s1sarl1:transmitterReceiverPolarisation>VV</s1sarl1:transmitterReceiverPolarisation><s1sarl1:transmitterReceiverPolarisation>VH</s1sarl1:transmitterReceiverPolarisation><s1sarl1:productType>GRD</s1sarl1:productType></s1sarl1:standAloneProductInformation>')}
${metadata('acquisitionPeriod', `<safe:acquisitionPeriod><safe:startTime>${formatUtc(firstTime, epoch)}</safe:startTime><safe:stopTime>${formatUtc(stopTime, epoch)}</safe:stopTime></safe:acquisitionPeriod>`)}
</metadataSection></xfdu:XFDU>`,
    annotation: (
      polarization: string,
    ) => `<?xml version="1.0"?><product><adsHeader><missionId>S1A</missionId><productType>GRD</productType>
<polarisation>${polarization}</polarisation><mode>IW</mode><swath>IW</swath><absoluteOrbitNumber>${absoluteOrbit}</absoluteOrbitNumber>
<missionDataTakeId>703710</missionDataTakeId></adsHeader><generalAnnotation><productInformation><pass>Ascending</pass>
<radarFrequency>5.405e+09</radarFrequency></productInformation>${list('orbitList', vectors)}</generalAnnotation>
<imageAnnotation><imageInformation><productFirstLineUtcTime>${formatUtc(firstTime, epoch)}</productFirstLineUtcTime>
<sliceNumber>1</sliceNumber><slantRangeTime>${(2 * GRD.slantRange) / LIGHT}</slantRangeTime><rangePixelSpacing>${GRD.pixelSpacing}</rangePixelSpacing>
<azimuthPixelSpacing>10</azimuthPixelSpacing><azimuthTimeInterval>${GRD.azimuthTimeInterval}</azimuthTimeInterval>
<numberOfSamples>${GRD.samples}</numberOfSamples><numberOfLines>${lines}</numberOfLines>
<incidenceAngleMidSwath>38</incidenceAngleMidSwath></imageInformation><processingInformation>
<thermalNoiseCorrectionPerformed>false</thermalNoiseCorrectionPerformed>${list('swathProcParamsList', [
      `<swathProcParams><rangeProcessing>${looksOf(12.1e6, 5)}</rangeProcessing><azimuthProcessing>${looksOf(313, 1)}</azimuthProcessing></swathProcParams>`,
    ])}</processingInformation></imageAnnotation>
<geolocationGrid>${list('geolocationGridPointList', points)}</geolocationGrid>
<coordinateConversion>${list('coordinateConversionList', records)}</coordinateConversion></product>`,
    calibration: `<calibration>${list(
      'calibrationVectorList',
      tables.map((table) => table.calibration),
    )}</calibration>`,
    noise: `<noise>${list(
      'noiseRangeVectorList',
      tables.map((table) => table.noise),
    )}</noise>`,
  };
}
