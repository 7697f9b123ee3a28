import type { SpeckleCorrelation, SpectralWindow } from '@mtpi/polsar-priors';
import { SarIoError } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import type { StateVector } from '../geocoding/orbit';
import { parseHeader } from './ads-header';
import {
  type Annotation,
  type Burst,
  type GeolocationGridPoint,
  gridRows,
  isStripMap,
  PASSES,
} from './annotation';
import { burstId } from './burst-id';
import { isAscending } from './lookup-table';
import type { RangePolynomial } from './range-polynomial';

/**
 * Parses the annotation of one swath and polarization of a Sentinel-1 SLC product of IW, EW or SM (StripMap).
 *
 * @param xml Content of `annotation/s1?-???-slc-??-….xml`.
 * @param path Names the file in errors.
 * @param epoch Day that times count from, `YYYY-MM-DD`; default: the day of the first line. Swaths of a product that
 *   passes midnight need a common epoch.
 * @throws SarIoError `UnsupportedFormat` unless the product is SLC of these modes, `CorruptFile` where the XML is
 *   malformed or inconsistent.
 */
export function parseAnnotation(xml: string, path: string, epoch?: string): Annotation {
  const product = XmlElement.parse(xml, path, 'product');
  const header = product.child('adsHeader');
  const [mode, productType] = [header.text('mode'), header.text('productType')];
  const stripMap = isStripMap(mode);
  if (!(mode === 'IW' || mode === 'EW' || stripMap) || productType !== 'SLC') {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'the annotation of an SLC product of IW, EW or SM',
      found: `${mode} ${productType}`,
    });
  }
  const image = product.child('imageAnnotation/imageInformation');
  const information = product.child('generalAnnotation/productInformation');
  const day = epoch ?? image.day('productFirstLineUtcTime');
  const annotation: Annotation = {
    path,
    ...parseHeader(header, day),
    pass: information.child('pass').choice(PASSES),
    radarFrequency: information.number('radarFrequency'),
    rangeSamplingRate: information.number('rangeSamplingRate'),
    azimuthSteeringRate: information.number('azimuthSteeringRate'),
    azimuthTimeInterval: image.number('azimuthTimeInterval'),
    slantRangeTime: image.number('slantRangeTime'),
    ascendingNodeTime: image.time('ascendingNodeTime', day),
    lines: image.number('numberOfLines'),
    samples: image.number('numberOfSamples'),
    linesPerBurst: stripMap ? image.number('numberOfLines') : product.number('swathTiming/linesPerBurst'),
    bursts: stripMap
      ? [wholeImage(image, day)]
      : product.list('swathTiming/burstList/burst').map((burst) => parseBurst(burst, day)),
    orbit: parseOrbit(product, day),
    azimuthFmRates: product
      .list('generalAnnotation/azimuthFmRateList/azimuthFmRate')
      .map((rate) => parseFmRate(rate, day)),
    dopplerCentroids: parseDopplers(product, day),
    speckle: parseSpeckle(product),
    grid: parseGrid(product, day),
  };
  check(annotation, product);
  const bursts = annotation.bursts.map((burst) => {
    const id =
      burst.id ?? (mode === 'IW' ? burstId({ ...annotation, sensingTime: burst.sensingTime }) : undefined);
    return id === undefined ? burst : { ...burst, id };
  });
  return { ...annotation, bursts, grid: orderGrid(annotation) };
}

function parseBurst(burst: XmlElement, epoch: string): Burst {
  return {
    time: burst.time('azimuthTime', epoch),
    sensingTime: burst.time('sensingTime', epoch),
    ...(burst.find('burstId') && { id: burst.number('burstId') }),
    firstValidSample: Int32Array.from(burst.numbers('firstValidSample')),
    lastValidSample: Int32Array.from(burst.numbers('lastValidSample')),
  };
}

/** A StripMap image as one burst. */
function wholeImage(image: XmlElement, epoch: string): Burst {
  const [lines, samples] = [image.number('numberOfLines'), image.number('numberOfSamples')];
  const time = image.time('productFirstLineUtcTime', epoch);
  return {
    ...{ time, sensingTime: time },
    firstValidSample: new Int32Array(lines),
    lastValidSample: new Int32Array(lines).fill(samples - 1),
  };
}

/** The state vectors of an annotation. */
export const parseOrbit = (product: XmlElement, epoch: string): StateVector[] =>
  product.list('generalAnnotation/orbitList/orbit').map((vector) => parseStateVector(vector, epoch));

/** The geolocation grid of an annotation, in the order of the file. */
export const parseGrid = (product: XmlElement, epoch: string): GeolocationGridPoint[] =>
  product
    .list('geolocationGrid/geolocationGridPointList/geolocationGridPoint')
    .map((point) => parseGridPoint(point, epoch));

function parseStateVector(vector: XmlElement, epoch: string): StateVector {
  const triple = (path: string) =>
    [vector.number(`${path}/x`), vector.number(`${path}/y`), vector.number(`${path}/z`)] as const;
  return { time: vector.time('time', epoch), position: triple('position'), velocity: triple('velocity') };
}

/** Each annotation has the parameters of its own swath only. */
function parseSpeckle(product: XmlElement): SpeckleCorrelation | undefined {
  const [processing] = product.list(
    'imageAnnotation/processingInformation/swathProcParamsList/swathProcParams',
  );
  if (!processing) return undefined;
  const sampling = product.number('generalAnnotation/productInformation/rangeSamplingRate');
  const interval = product.number('imageAnnotation/imageInformation/azimuthTimeInterval');
  const window = (axis: string, samplesPerSecond: number) => ({
    bandwidth: processing.number(`${axis}/processingBandwidth`) / samplesPerSecond,
    alpha: processing.number(`${axis}/windowCoefficient`),
  });
  const [range, azimuth] = [window('rangeProcessing', sampling), window('azimuthProcessing', 1 / interval)];
  return isKnownWindow(range) && isKnownWindow(azimuth) ? { range, azimuth } : undefined;
}

/** Whether `impulseResponse` takes a window. */
export const isKnownWindow = ({ bandwidth, alpha }: SpectralWindow): boolean =>
  bandwidth >= 0.3 && bandwidth <= 1 && alpha >= 0.5 && alpha <= 1;

/** Processors before about 2.8 wrote each coefficient as an element. */
function parseFmRate(rate: XmlElement, epoch: string): RangePolynomial {
  const coefficients = rate.find('azimuthFmRatePolynomial')
    ? Array.from(rate.numbers('azimuthFmRatePolynomial'))
    : ['c0', 'c1', 'c2'].map((name) => rate.number(name));
  return { time: rate.time('azimuthTime', epoch), t0: rate.number('t0'), coefficients };
}

/** Estimated from the data where the processor did so and the estimate passed its quality check, else from geometry. */
function parseDopplers(product: XmlElement, epoch: string): RangePolynomial[] {
  const fromData = /data analysis/i.test(product.text('imageAnnotation/processingInformation/dcMethod'));
  return product.list('dopplerCentroid/dcEstimateList/dcEstimate').map((estimate) => {
    const reliable = estimate.find('dataDcRmsErrorAboveThreshold')?.text() !== 'true';
    const polynomial = fromData && reliable ? 'dataDcPolynomial' : 'geometryDcPolynomial';
    return {
      time: estimate.time('azimuthTime', epoch),
      t0: estimate.number('t0'),
      coefficients: Array.from(estimate.numbers(polynomial)),
    };
  });
}

function parseGridPoint(point: XmlElement, epoch: string): GeolocationGridPoint {
  return {
    line: point.number('line'),
    sample: point.number('pixel'),
    time: point.time('azimuthTime', epoch),
    slantRangeTime: point.number('slantRangeTime'),
    latitude: point.number('latitude'),
    longitude: point.number('longitude'),
    height: point.number('height'),
    incidenceAngle: point.number('incidenceAngle'),
  };
}

/**
 * Sorts the grid row by row. Processor 2.91 numbers the last row one line below the image, though its time is that of the
 * burst after the last: its line is computed from the time since the row above.
 */
function orderGrid({ grid, lines, azimuthTimeInterval }: Annotation): GeolocationGridPoint[] {
  const inside = grid.filter(({ line }) => line < lines);
  const last = inside.reduce((max, { line }) => Math.max(max, line), 0);
  const lastTimes = new Map(
    inside.filter(({ line }) => line === last).map(({ sample, time }) => [sample, time]),
  );
  const below = grid
    .filter(({ line }) => line >= lines)
    .map((point) => {
      const elapsed = point.time - (lastTimes.get(point.sample) ?? Number.NaN);
      return { ...point, line: last + Math.round(elapsed / azimuthTimeInterval) };
    });
  return [...inside, ...below].sort((a, b) => a.line - b.line || a.sample - b.sample);
}

function check(annotation: Annotation, product: XmlElement): void {
  const { bursts, lines, linesPerBurst, samples } = annotation;
  const samplesPerBurst = isStripMap(annotation.swath)
    ? samples
    : product.number('swathTiming/samplesPerBurst');
  if (bursts.length === 0 || bursts.length * linesPerBurst !== lines || samplesPerBurst !== samples) {
    product.fail(
      `bursts that add up to numberOfLines × numberOfSamples = ${lines} × ${samples}`,
      `${bursts.length} of ${linesPerBurst} × ${samplesPerBurst}`,
    );
  }
  for (const name of [
    'radarFrequency',
    'rangeSamplingRate',
    'azimuthTimeInterval',
    'slantRangeTime',
  ] as const) {
    if (!(annotation[name] > 0)) product.fail(`a positive ${name}`, `${annotation[name]}`);
  }
  for (const { firstValidSample: first, lastValidSample: last } of bursts) {
    if (first.length !== linesPerBurst || last.length !== linesPerBurst) {
      product.fail(
        `first and last valid samples of ${linesPerBurst} lines`,
        `${first.length} and ${last.length}`,
      );
    }
    const outside = first.findIndex(
      (sample, line) => sample >= 0 && !(last[line] < samples && sample <= last[line]),
    );
    if (outside >= 0)
      product.fail(`valid samples within 0 to ${samples - 1}`, `${first[outside]} to ${last[outside]}`);
  }
  for (const list of ['orbit', 'azimuthFmRates', 'dopplerCentroids', 'grid'] as const) {
    if (annotation[list].length === 0) product.fail(`entries of ${list}`, 'none');
  }
  for (const list of ['azimuthFmRates', 'dopplerCentroids'] as const) {
    if (annotation[list].some(({ coefficients }) => coefficients.length === 0))
      product.fail(`coefficients of ${list}`, 'none');
  }
  for (const list of ['bursts', 'orbit'] as const) {
    if (!isAscending(annotation[list].map(({ time }) => time)))
      product.fail(`${list} in chronological order`, 'another order');
  }
  checkGrid(annotation.grid, product);
}

/** @throws SarIoError `CorruptFile` unless the grid has at least 2 × 2 points, in rows of the same length. */
export function checkGrid(grid: readonly GeolocationGridPoint[], product: XmlElement): void {
  const rows = gridRows(grid);
  if (rows.length < 2 || rows.some((row) => row.length < 2 || row.length !== rows[0].length)) {
    product.fail(
      'a geolocation grid of at least 2 × 2 points, in rows of the same length',
      `rows of ${rows.map((row) => row.length).join(', ')} points`,
    );
  }
}
