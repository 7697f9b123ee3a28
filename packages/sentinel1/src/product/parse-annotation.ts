import { SarIoError } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import {
  type Annotation,
  type Burst,
  type GeolocationGridPoint,
  PASSES,
  POLARIZATIONS,
  type RangePolynomial,
  type StateVector,
} from './annotation';
import { burstId } from './burst-id';

/**
 * The annotation of one swath and polarization of a Sentinel-1 IW SLC product.
 *
 * @param xml What `annotation/s1?-iw?-slc-??-….xml` holds.
 * @param path Names the file in errors.
 * @param epoch Day that times count from, `YYYY-MM-DD`; by default the day of the first line. Swaths of a product that
 *   passes midnight are compared in one.
 * @throws SarIoError `UnsupportedFormat` unless the product is IW SLC, `CorruptFile` where the XML is malformed or
 *   contradicts itself.
 */
export function parseAnnotation(xml: string, path: string, epoch?: string): Annotation {
  const product = XmlElement.parse(xml, path, 'product');
  const header = product.child('adsHeader');
  const [mode, productType] = [header.text('mode'), header.text('productType')];
  if (mode !== 'IW' || productType !== 'SLC') {
    throw new SarIoError(
      'UnsupportedFormat',
      `${path}: expected the annotation of an IW SLC product, found ${mode} ${productType}`,
    );
  }
  const image = product.child('imageAnnotation/imageInformation');
  const information = product.child('generalAnnotation/productInformation');
  const processing = product.child(
    'imageAnnotation/processingInformation/swathProcParamsList/swathProcParams',
  );
  const day = epoch ?? image.day('productFirstLineUtcTime');
  const annotation: Annotation = {
    path,
    epoch: day,
    mission: header.text('missionId'),
    mode,
    productType,
    swath: header.text('swath'),
    polarization: header.child('polarisation').choice(POLARIZATIONS),
    pass: information.child('pass').choice(PASSES),
    absoluteOrbit: header.number('absoluteOrbitNumber'),
    radarFrequency: information.number('radarFrequency'),
    rangeSamplingRate: information.number('rangeSamplingRate'),
    azimuthSteeringRate: information.number('azimuthSteeringRate'),
    azimuthTimeInterval: image.number('azimuthTimeInterval'),
    slantRangeTime: image.number('slantRangeTime'),
    ascendingNodeTime: image.time('ascendingNodeTime', day),
    lines: image.number('numberOfLines'),
    samples: image.number('numberOfSamples'),
    linesPerBurst: product.number('swathTiming/linesPerBurst'),
    bursts: product.list('swathTiming/burstList/burst').map((burst) => parseBurst(burst, day)),
    orbit: product.list('generalAnnotation/orbitList/orbit').map((vector) => parseStateVector(vector, day)),
    azimuthFmRates: product
      .list('generalAnnotation/azimuthFmRateList/azimuthFmRate')
      .map((rate) => parseFmRate(rate, day)),
    dopplerCentroids: parseDopplers(product, day),
    azimuthBandwidth: processing.number('azimuthProcessing/processingBandwidth'),
    azimuthWindow: processing.number('azimuthProcessing/windowCoefficient'),
    rangeBandwidth: processing.number('rangeProcessing/processingBandwidth'),
    rangeWindow: processing.number('rangeProcessing/windowCoefficient'),
    grid: product
      .list('geolocationGrid/geolocationGridPointList/geolocationGridPoint')
      .map((point) => parseGridPoint(point, day)),
  };
  check(annotation, product);
  const bursts = annotation.bursts.map((burst) => {
    const id = burst.id ?? burstId(annotation, burst);
    return id === undefined ? burst : { ...burst, id };
  });
  return { ...annotation, bursts, grid: orderGrid(annotation) };
}

function parseBurst(burst: XmlElement, epoch: string): Burst {
  return {
    time: burst.time('azimuthTime', epoch),
    sensingTime: burst.time('sensingTime', epoch),
    anxTime: burst.number('azimuthAnxTime'),
    byteOffset: burst.number('byteOffset'),
    ...(burst.find('burstId') && { id: burst.number('burstId') }),
    firstValidSample: Int32Array.from(burst.numbers('firstValidSample')),
    lastValidSample: Int32Array.from(burst.numbers('lastValidSample')),
  };
}

function parseStateVector(vector: XmlElement, epoch: string): StateVector {
  const triple = (path: string) =>
    [vector.number(`${path}/x`), vector.number(`${path}/y`), vector.number(`${path}/z`)] as const;
  return { time: vector.time('time', epoch), position: triple('position'), velocity: triple('velocity') };
}

/** Old processors (before about 2.8) wrote the coefficients as elements of their own. */
function parseFmRate(rate: XmlElement, epoch: string): RangePolynomial {
  const coefficients = rate.find('azimuthFmRatePolynomial')
    ? Array.from(rate.numbers('azimuthFmRatePolynomial'))
    : ['c0', 'c1', 'c2'].map((name) => rate.number(name));
  return { time: rate.time('azimuthTime', epoch), t0: rate.number('t0'), coefficients };
}

/** From data where the processor used data, and trusted them. */
function parseDopplers(product: XmlElement, epoch: string): RangePolynomial[] {
  const fromData = /data analysis/i.test(product.text('imageAnnotation/processingInformation/dcMethod'));
  return product.list('dopplerCentroid/dcEstimateList/dcEstimate').map((estimate) => {
    const trusted = estimate.find('dataDcRmsErrorAboveThreshold')?.text() !== 'true';
    const polynomial = fromData && trusted ? 'dataDcPolynomial' : 'geometryDcPolynomial';
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
 * Row by row. Processor 2.91 numbers the last row one below the image, though its time is that of the burst after the
 * last: its line is taken from the time, as counted from the row above.
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
  const samplesPerBurst = product.number('swathTiming/samplesPerBurst');
  if (bursts.length === 0 || bursts.length * linesPerBurst !== lines || samplesPerBurst !== samples) {
    product.fail(
      `bursts that add up to numberOfLines × numberOfSamples = ${lines} × ${samples}`,
      `${bursts.length} of ${linesPerBurst} × ${samplesPerBurst}`,
    );
  }
  for (const { firstValidSample, lastValidSample } of bursts) {
    if (firstValidSample.length !== linesPerBurst || lastValidSample.length !== linesPerBurst) {
      product.fail(
        `first and last valid samples of ${linesPerBurst} lines`,
        `${firstValidSample.length} and ${lastValidSample.length}`,
      );
    }
  }
  for (const list of ['orbit', 'azimuthFmRates', 'dopplerCentroids', 'grid'] as const) {
    if (annotation[list].length === 0) product.fail(`entries of ${list}`, 'none');
  }
}
