import { SarIoError } from '@mtpi/sar-io';
import { XmlElement } from '@mtpi/sar-io/node';
import { evaluatePolynomial, type GroundRangeRecord } from '../geocoding/ground-range';
import { parseHeader } from './ads-header';
import { PASSES, type ProductAnnotation } from './annotation';
import { type GrdSpeckle, parseGrdSpeckle } from './grd-speckle';
import { isAscending } from './lookup-table';
import { checkGrid, parseGrid, parseOrbit } from './parse-annotation';

/** The part of a merged image that comes from one swath; bounds are inclusive. */
export interface SwathBounds {
  /** Such as `IW2`. */
  swath: string;
  firstLine: number;
  lastLine: number;
  firstSample: number;
  lastSample: number;
}

/** The annotation of one polarization of a GRD product. */
export interface GrdAnnotation extends ProductAnnotation {
  sliceNumber?: number;
  /** Whether thermal noise was subtracted by the processor. */
  thermalNoiseCorrected: boolean;
  /** Time (s) of the first line. */
  firstLineTime: number;
  /** Ground range between samples (m), and the nominal distance of lines (m), which is 1 to 2 % short. */
  rangePixelSpacing: number;
  azimuthPixelSpacing: number;
  /** Conversions between slant and ground range, one per second. */
  groundRange: readonly GroundRangeRecord[];
  /** Which swath each part of the image comes from; none for SM. */
  swathBounds: readonly SwathBounds[];
  /** Where the processing is annotated and known. */
  speckle?: GrdSpeckle;
}

/**
 * Parses the annotation of one polarization of a GRD product.
 *
 * @param xml Content of `annotation/s1?-iw-grd-??-….xml`.
 * @param path Names the file in errors.
 * @param epoch Day that times count from, `YYYY-MM-DD`.
 * @throws SarIoError `UnsupportedFormat` unless the product is GRD, `CorruptFile` where the XML is malformed or inconsistent.
 */
export function parseGrdAnnotation(xml: string, path: string, epoch: string): GrdAnnotation {
  const product = XmlElement.parse(xml, path, 'product');
  const header = product.child('adsHeader');
  const productType = header.text('productType');
  if (productType !== 'GRD') {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'the annotation of a GRD product',
      found: `${header.text('mode')} ${productType}`,
    });
  }
  const image = product.child('imageAnnotation/imageInformation');
  const information = product.child('generalAnnotation/productInformation');
  const processing = product.child('imageAnnotation/processingInformation');
  const annotation: GrdAnnotation = {
    path,
    ...parseHeader(header, epoch),
    pass: information.child('pass').choice(PASSES),
    ...(image.find('sliceNumber') && { sliceNumber: image.number('sliceNumber') }),
    thermalNoiseCorrected: processing.find('thermalNoiseCorrectionPerformed')?.text() === 'true',
    radarFrequency: information.number('radarFrequency'),
    lines: image.number('numberOfLines'),
    samples: image.number('numberOfSamples'),
    firstLineTime: image.time('productFirstLineUtcTime', epoch),
    azimuthTimeInterval: image.number('azimuthTimeInterval'),
    slantRangeTime: image.number('slantRangeTime'),
    rangePixelSpacing: image.number('rangePixelSpacing'),
    azimuthPixelSpacing: image.number('azimuthPixelSpacing'),
    orbit: parseOrbit(product, epoch),
    groundRange: product
      .list('coordinateConversion/coordinateConversionList/coordinateConversion')
      .map((record) => parseGroundRange(record, epoch)),
    grid: parseGrid(product, epoch),
    swathBounds: product.all('swathMerging/swathMergeList/swathMerge').flatMap(parseSwathBounds),
    speckle: parseGrdSpeckle(product),
  };
  check(annotation, product);
  return annotation;
}

function parseGroundRange(record: XmlElement, epoch: string): GroundRangeRecord {
  return {
    time: record.time('azimuthTime', epoch),
    groundRangeOrigin: record.number('gr0'),
    groundToSlant: record.numbers('grsrCoefficients'),
  };
}

function parseSwathBounds(swath: XmlElement): SwathBounds[] {
  return swath.list('swathBoundsList/swathBounds').map((bounds) => ({
    swath: swath.text('swath'),
    firstLine: bounds.number('firstAzimuthLine'),
    lastLine: bounds.number('lastAzimuthLine'),
    firstSample: bounds.number('firstRangeSample'),
    lastSample: bounds.number('lastRangeSample'),
  }));
}

function check(annotation: GrdAnnotation, product: XmlElement): void {
  const { groundRange, samples, rangePixelSpacing, orbit, grid } = annotation;
  for (const name of [
    'radarFrequency',
    'lines',
    'samples',
    'azimuthTimeInterval',
    'slantRangeTime',
    'rangePixelSpacing',
    'azimuthPixelSpacing',
  ] as const) {
    if (!(annotation[name] > 0)) product.fail(`a positive ${name}`, `${annotation[name]}`);
  }
  checkGrid(grid, product);
  if (!isAscending(orbit.map(({ time }) => time)))
    product.fail('state vectors in chronological order', 'another order');
  if (groundRange.length < 2 || !isAscending(groundRange.map(({ time }) => time)))
    product.fail('two or more coordinateConversion records in chronological order', `${groundRange.length}`);
  for (const [i, record] of groundRange.entries()) {
    const { groundToSlant, groundRangeOrigin } = record;
    if (groundToSlant.length < 2) {
      product.fail(
        `two or more grsrCoefficients in coordinateConversion ${i + 1}`,
        `${groundToSlant.length}`,
      );
    }
    const slope = Array.from(groundToSlant, (coefficient, k) => k * coefficient).slice(1);
    for (const sample of [0, samples / 2, samples - 1]) {
      const range = sample * rangePixelSpacing - groundRangeOrigin;
      if (!(evaluatePolynomial(slope, range) > 0)) {
        product.fail(
          `slant range increasing with ground range in coordinateConversion ${i + 1}`,
          `a decrease at ${range} m`,
        );
      }
    }
  }
}
