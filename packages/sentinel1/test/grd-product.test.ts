import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SarIoErrorCode } from '@mtpi/sar-io';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA, temporaryFolder } from '../../sar-io/test/support';
import {
  coregisterStack,
  type GrdProduct,
  groundRangeAt,
  openGrd,
  openSafe,
  openSlc,
  radarGeometry,
} from '../src/index';
import { coordinateConversionShift, grdBistaticReference, grdGeometry } from '../src/product/grd-geometry';
import { GrdNoise } from '../src/product/grd-noise';
import { unpackSafe, withoutSafe } from './safe-support';
import { amplitudeTiff, grdName, smallGrd } from './small-grd';
import { complexTiff, smallSafe, writeFolder } from './small-safe';

const SHARED = join(DATA, 'grd-products');
const zipOf = (part: string) => {
  const folder = join(SHARED, 'pyroSAR');
  return join(folder, readdirSync(folder).find((name) => name.includes(part))!);
};

/** Values of an independent computation in Python, and of xarray-sentinel where it has them. */
describe.skipIf(withoutSafe)('real GRD products (skipped without shared data)', () => {
  const products = new Map<string, GrdProduct>();
  const folder = temporaryFolder();

  beforeAll(async () => {
    const unpack = (path: string) =>
      unpackSafe(join(SHARED, path), mkdirSync(join(folder, path), { recursive: true })!)[0];
    const paths = {
      A: zipOf('20150222T170725_'),
      B: zipOf('20150222T170750_20150222T170815'),
      C: zipOf('20210119'),
      D: unpack('xarray-sentinel/S1B_IW_GRDH_1SDV_20210401_constant_tiffs.SAFE.tar.xz'),
      R: unpack('sarsen/S1B_IW_GRDH_1SDV_20211223_constant_tiffs.SAFE.tar.xz'),
    };
    for (const [key, path] of Object.entries(paths)) products.set(key, await openGrd(path));
  });
  afterAll(async () => {
    for (const product of products.values()) await product.close();
  });
  const annotationOf = (key: string) => products.get(key)!.annotation('VV');

  it.each([
    ['A', 25357, 4, undefined, 3],
    ['B', 25368, 4, undefined, 3],
    ['C', undefined, 8, undefined, 3],
    ['D', undefined, 8, undefined, 3],
    ['R', 26102, 8, 28, 3],
  ])('have annotations of their processor: %s', async (key, samples, degree, records, swaths) => {
    const annotation = await annotationOf(key);
    const { groundRange, grid, swathBounds, orbit } = annotation;
    if (samples) expect(annotation.samples).toBe(samples);
    if (records) expect(groundRange.length).toBe(records);
    expect(grid.length).toBe(210);
    expect(orbit.length).toBeGreaterThanOrEqual(16);
    expect(new Set(swathBounds.map(({ swath }) => swath)).size).toBe(swaths);
    for (const record of groundRange) {
      expect(record.groundToSlant.length).toBe(degree + 1);
      expect(record.groundRangeOrigin).toBe(0);
    }
    expect(products.get(key)).toMatchObject({ mode: 'IW', productType: 'GRD', polarizations: ['VV', 'VH'] });
  });

  it('have the speckle of their processing', async () => {
    const { speckle } = await annotationOf('R');
    // IW2: looks of 12.1 MHz on 10 m of ground, at 38.9°, and 313 Hz of 668 lines per second.
    expect(speckle?.looks).toBe(4.4);
    expect(speckle?.correlation.range?.bandwidth).toBeCloseTo((12.1e6 * 2 * 10 * 0.6284) / 299792458, 2);
    expect(speckle?.correlation.azimuth?.bandwidth).toBeCloseTo(313 * 1.49657e-3, 4);
    for (const key of ['A', 'B', 'C', 'D']) expect((await annotationOf(key)).speckle?.looks).toBe(4.4);
  });

  it('have their pixels, read by window', async () => {
    const image = await products.get('D')!.measurement('VV');
    const { lines, samples } = await annotationOf('D');
    expect([image.width, image.height]).toEqual([samples, lines]);
    const { image: amplitudes } = await image.read({ x: 20000, y: 9000, width: 3, height: 2 });
    expect([...amplitudes.data]).toEqual([1, 1, 1, 1, 1, 1]);
    await expect(products.get('A')!.measurement('VV')).rejects.toMatchObject({
      code: 'NotFound',
      message: expect.stringMatching(/expected the measurement of IW VV, found none/),
    });
  });

  it.each([
    [0, 0, 663.8558, 615.7493],
    [100, 529, 660.2589325, 611.228705],
    [8352, 13050, 598.251475, 527.842725],
    [12345, 20000, 574.6747, 492.0059],
    [16704, 26101, 558.3672, 464.9547],
  ])('are calibrated: line %i, sample %i', async (line, sample, sigma0, gamma0) => {
    const calibration = await products.get('R')!.calibration('VV');
    const at = (convention: 'sigma0' | 'beta0' | 'gamma0') =>
      calibration.lut(convention, sample, 1).interpolate(line)[0];
    expect(at('sigma0')).toBeCloseTo(sigma0, 9);
    expect(at('gamma0')).toBeCloseTo(gamma0, 9);
    expect(at('beta0')).toBeCloseTo(473.9733, 9);
  });

  it.each([
    ['A', 664.0036, 596.9527],
    ['B', 664.5881, 597.3011],
    ['C', 665.7139, 598.7687],
  ])('are calibrated: %s', async (key, first, middle) => {
    const calibration = await products.get(key)!.calibration('VV');
    expect(calibration.lut('sigma0', 0, 1).interpolate(0)[0]).toBeCloseTo(first, 9);
    expect(calibration.lut('sigma0', 13000, 1).interpolate(8000)[0]).toBeCloseTo(middle, 9);
  });

  it.each([
    [0, 0, 2593.863956],
    [100, 529, 2138.19118],
    [100, 8889, 1563.89895],
    [100, 8890, 1633.950597],
    [5000, 4000, 1356.23189],
    [8352, 13050, 786.038308],
    [12345, 20000, 368.514598],
    [16704, 26000, 619.786514],
    [16704, 26101, 0],
  ])('have thermal noise of range and azimuth: line %i, sample %i', async (line, sample, power) => {
    const noise = await products.get('R')!.noise('VV');
    expect(noise.row(line, sample, 1)[0]).toBeCloseTo(power, 5);
    const from = Math.max(0, sample - 7);
    expect(noise.row(line, from, 8)[sample - from]).toBeCloseTo(power, 5);
  });

  it.each(['A', 'B'])('of old processors have no thermal noise: %s', async (key) => {
    await expect(products.get(key)!.noise('VV')).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      message: expect.stringMatching(/noise-.*\.xml: expected thermal noise, found zeros only/),
      hint: 'process it without thermal noise correction',
    });
  });

  it.each([
    ['A', 5.87674e-3],
    ['B', 5.876723e-3],
    ['C', 5.874461e-3],
    ['D', 5.873813e-3],
    ['R', 5.867492e-3],
  ])('have line times that hold at one range: %s', async (key, reference) => {
    expect(Math.abs(grdBistaticReference(await annotationOf(key)) - reference)).toBeLessThan(1e-8);
  });

  it.each([
    ['A', -0.32],
    ['B', -0.318],
    ['C', -0.086],
    ['D', -0.086],
    ['R', -0.088],
  ])('have records of ground range somewhat before their annotated times: %s', async (key, shift) => {
    expect(Math.abs(coordinateConversionShift(await annotationOf(key)) - shift)).toBeLessThan(0.005);
  });

  it.each([
    [0, 0, 799341.444551],
    [3000, 50000, 825918.34889],
    [8352, 130500, 873875.776335],
    [16704, 261010, 962116.188206],
  ])('convert slant to ground range: line %i, %i m', async (line, groundRange, slantRange) => {
    const { groundRange: records, firstLineTime, azimuthTimeInterval } = await annotationOf('R');
    const convert = groundRangeAt(records, firstLineTime + line * azimuthTimeInterval);
    expect(convert.slantRange(groundRange)).toBeCloseTo(slantRange, 5);
    expect(convert.groundRange(slantRange)).toBeCloseTo(groundRange, 4);
  });

  it('convert back what they convert, at all times', async () => {
    for (const key of ['A', 'B', 'C', 'D', 'R']) {
      const { groundRange: records, samples, rangePixelSpacing } = await annotationOf(key);
      for (const { time } of records) {
        const convert = groundRangeAt(records, time + 0.4);
        for (const share of [0, 0.3, 0.7, 1]) {
          const range = share * samples * rangePixelSpacing;
          expect(Math.abs(convert.groundRange(convert.slantRange(range)) - range)).toBeLessThan(1e-6);
        }
      }
    }
  });

  it.each([
    [12.5, 42, 60, 8078.865312, 22140.963687, 8078.743325],
    [12.45, 41.95, 0, 8686.495769, 22467.513952, 8686.368726],
    [13.5, 42.2, 1800, 4566.923809, 14180.436189, 4566.92072],
    [14.9, 42.3, 5, 1466.072688, 3250.867465, 1466.213536],
    [14, 41.5, 900, 11406.814028, 8807.763211, 11406.884437],
  ])('show %f E %f N, %f m at the line and sample of the specification', async (...golden) => {
    const [longitude, latitude, height, raw, sample, line] = golden;
    const annotation = await annotationOf('R');
    const { orbit } = annotation;
    const bistaticReference = grdBistaticReference(annotation);
    const found = radarGeometry(orbit, annotation).backwardGeocode(longitude, latitude, height);
    expect(Math.abs(found[0] - raw)).toBeLessThan(1e-3);
    // The specification's samples are by the annotated inverse polynomials, 0.04 m off.
    expect(Math.abs(found[1] - sample)).toBeLessThan(0.01);
    const exact = radarGeometry(orbit, { ...annotation, bistaticReference });
    expect(Math.abs(exact.backwardGeocode(longitude, latitude, height)[0] - line)).toBeLessThan(1e-3);
  });

  it.each(['A', 'B', 'C', 'D', 'R'])('show the points of the grid where it says: %s', async (key) => {
    const annotation = await annotationOf(key);
    const geometry = grdGeometry(annotation);
    let [lines, samples] = [0, 0];
    for (const { line, sample, longitude, latitude, height } of annotation.grid) {
      const [row, column] = geometry.backwardGeocode(longitude, latitude, height);
      lines = Math.max(lines, Math.abs(row - line));
      if (line < annotation.lines - 1) samples = Math.max(samples, Math.abs(column - sample));
    }
    expect(lines).toBeLessThan(0.002);
    expect(samples).toBeLessThan(0.07);
  });

  it('are not geolocated by the orbit of another pass', async () => {
    const { orbit } = await annotationOf('C');
    const annotation = await annotationOf('R');
    expect(() => grdGeometry(annotation, { orbit })).toThrow(
      /expected an orbit that agrees with the geolocation grid, found/,
    );
    expect(() => grdGeometry({ ...annotation, orbit: annotation.orbit.slice(0, 7) })).toThrow(
      /expected an orbit of 8 or more state vectors, .*found 7/,
    );
  });

  it('in folders, with measurements of COG names and of one polarization', async () => {
    const source = unpackSafe(
      join(SHARED, 'xarray-sentinel/S1B_IW_GRDH_1SDV_20210401_constant_tiffs.SAFE.tar.xz'),
      mkdirSync(join(folder, 'cog'), { recursive: true })!,
    )[0];
    const [tiff] = readdirSync(join(source, 'measurement'));
    renameSync(
      join(source, 'measurement', tiff),
      join(source, 'measurement', tiff.replace('.tiff', '-cog.tiff')),
    );
    const manifest = readFileSync(join(source, 'manifest.safe'), 'utf8');
    writeFileSync(
      join(source, 'manifest.safe'),
      manifest.replace(/<s1sarl1:transmitterReceiverPolarisation>VH<.*?>/, ''),
    );
    const product = await openSafe(source);
    expect(product.polarizations).toEqual(['VV']);
    if (product.productType === 'GRD') expect((await product.measurement('VV')).path).toMatch(/-cog\.tiff$/);
    await product.close();
  });
});

describe('thermal noise of GRD', () => {
  const annotation = {
    ...{ path: 'a.xml', epoch: '2024-03-05', mission: 'S1A', swath: 'IW', polarization: 'VV' as const },
    ...{ firstLineTime: 10, azimuthTimeInterval: 0.5 },
  };
  const vector = (second: number, values: string) =>
    `<noiseRangeVector><azimuthTime>2024-03-05T00:00:${second}.000000</azimuthTime><line>0</line>
<pixel count="3">0 4 5</pixel><noiseRangeLut count="3">${values}</noiseRangeLut></noiseRangeVector>`;
  const block = (swath: string, samples: [number, number], lines: [number, number], factors: string) =>
    `<noiseAzimuthVector><swath>${swath}</swath><firstAzimuthLine>${lines[0]}</firstAzimuthLine>
<firstRangeSample>${samples[0]}</firstRangeSample><lastAzimuthLine>${lines[1]}</lastAzimuthLine>
<lastRangeSample>${samples[1]}</lastRangeSample><line count="2">0 8</line>
<noiseAzimuthLut count="2">${factors}</noiseAzimuthLut></noiseAzimuthVector>`;
  const xml = `<noise><noiseRangeVectorList count="2">${vector(10, '10 18 40')}${vector(14, '20 28 80')}</noiseRangeVectorList>
<noiseAzimuthVectorList count="3">${block('IW1', [0, 4], [0, 8], '1 3')}${block('IW2', [5, 9], [0, 3], '2 2')}${block('IW2', [5, 9], [4, 8], '0.5 0.5')}</noiseAzimuthVectorList></noise>`;

  it('is linear in time and sample, times the factor of the block that a pixel is in', () => {
    const noise = GrdNoise.parse(xml, 'n.xml', annotation);
    expect([...noise.row(0, 0, 6)]).toEqual([10, 12, 14, 16, 18, 80]);
    // Line 4 is at 12 s, between the vectors; its factors are 2 and 0.5.
    expect([...noise.row(4, 3, 3)]).toEqual([42, 46, 30]);
    // Line 9 is outside all blocks.
    expect([...noise.row(9, 0, 1)]).toEqual([20]);
  });
});

const [annotation, noise, measurement] = (['annotation', 'noise', 'measurement'] as const).map((kind) =>
  grdName(kind),
);

describe('wrong GRD products', () => {
  const folder = temporaryFolder();
  const edit = (name: string, from: string | RegExp, to: string) => (files: Map<string, string | Buffer>) => {
    const text = files.get(name) as string;
    expect(text).toMatch(from);
    files.set(name, text.replace(from, to));
  };

  it.each<[string, (files: Map<string, string | Buffer>) => unknown, SarIoErrorCode, RegExp]>([
    [
      'of WV',
      edit('manifest.safe', '>IW<', '>WV<'),
      'UnsupportedFormat',
      /expected a GRD product of IW, EW, SM, found WV GRD$/,
    ],
    [
      'of OCN',
      edit('manifest.safe', '>GRD<', '>OCN<'),
      'UnsupportedFormat',
      /expected an SLC or GRD product, found IW OCN$/,
    ],
    [
      'without annotation',
      (files) => [annotation, grdName('annotation', 'vh')].map((name) => files.delete(name)),
      'NotFound',
      /expected annotations of one swath, found none$/,
    ],
    [
      'with the annotation of the other polarization',
      (files) => files.set(annotation, files.get(grdName('annotation', 'vh'))!),
      'CorruptFile',
      /iw-grd-vv.*\.xml: expected IW VV, found IW VH$/,
    ],
    [
      'with the annotation of an SLC product',
      edit(annotation, '<productType>GRD', '<productType>SLC'),
      'UnsupportedFormat',
      /iw-grd-vv.*\.xml: expected the annotation of a GRD product, found IW SLC$/,
    ],
    [
      'without coordinate conversion',
      edit(annotation, /<coordinateConversionList.*<\/coordinateConversionList>/s, ''),
      'CorruptFile',
      /expected an element coordinateConversion\/coordinateConversionList .*found none/,
    ],
    [
      'with records in another order',
      edit(annotation, 'T23:59:58.000000', 'T23:59:59.200000'),
      'CorruptFile',
      /expected two or more coordinateConversion records in chronological order .*found 3/,
    ],
    [
      'with a constant slant range',
      edit(annotation, '<grsrCoefficients count="2">8e5 0.5', '<grsrCoefficients count="1">8e5'),
      'CorruptFile',
      /expected two or more grsrCoefficients in coordinateConversion 1 .*found 1/,
    ],
    [
      'with slant range that decreases',
      edit(annotation, '<grsrCoefficients count="2">8e5 0.5', '<grsrCoefficients count="2">8e5 -0.5'),
      'CorruptFile',
      /expected slant range increasing with ground range in coordinateConversion 1 .*found a decrease at 0 m/,
    ],
    [
      'without lines',
      edit(annotation, '<numberOfLines>8', '<numberOfLines>0'),
      'CorruptFile',
      /expected a positive lines .*found 0/,
    ],
    [
      'with a ragged grid',
      edit(
        annotation,
        /<geolocationGridPointList count="4">.*?<\/geolocationGridPoint>/s,
        '<geolocationGridPointList count="3">',
      ),
      'CorruptFile',
      /expected a geolocation grid of at least 2 × 2 points, .*found rows of 1, 2 points/,
    ],
    [
      'with the annotation of another swath',
      edit(annotation, '<swath>IW<', '<swath>EW<'),
      'CorruptFile',
      /iw-grd-vv.*\.xml: expected IW VV, found EW VV$/,
    ],
    [
      'with the noise of another swath',
      edit(noise, '<noise>', '<noise><adsHeader><missionId>S1A</missionId><swath>EW</swath></adsHeader>'),
      'CorruptFile',
      /noise-.*iw-grd-vv.*\.xml: expected swath IW, as in .*annotation\/s1a-iw-grd-vv.*\.xml \(in noise\/adsHeader\), found EW$/,
    ],
    [
      'with the calibration of the other polarization',
      edit(
        grdName('calibration'),
        '<calibration>',
        '<calibration><adsHeader><polarisation>VH</polarisation></adsHeader>',
      ),
      'CorruptFile',
      /calibration-.*iw-grd-vv.*\.xml: expected polarisation VV, as in .*, found VH$/,
    ],
    [
      'with two annotations',
      (files) => files.set(annotation.replace('235959', '235958'), files.get(annotation)!),
      'CorruptFile',
      /expected one annotation of IW VV, found annotation\/s1a.*t235958.*\.xml and annotation\/s1a.*t235959.*\.xml/,
    ],
    ['without noise', (files) => files.delete(noise), 'NotFound', /expected the noise of IW VV, found none/],
    [
      'with noise of one vector',
      edit(
        noise,
        /<noiseRangeVectorList count="2">.*?<\/noiseRangeVector>/s,
        '<noiseRangeVectorList count="1">',
      ),
      'CorruptFile',
      /expected two or more noise range vectors in chronological order .*found 1/,
    ],
    [
      'with pixels of another size',
      (files) => files.set(measurement, amplitudeTiff(new Int16Array(42), 6, 7)),
      'CorruptFile',
      /\.tiff: expected 6 × 8 samples as in .*\.xml, found 6 × 7$/,
    ],
    [
      'with complex pixels',
      (files) => files.set(measurement, complexTiff(new Int16Array(96), 6, 8)),
      'UnsupportedFormat',
      /\.tiff: expected 1 × uint16, found 1 × cint16$/,
    ],
  ])('%s', async (name, damage, code, message) => {
    const files = smallGrd();
    damage(files);
    const path = writeFolder(join(folder, name), files);
    const error = await (async () => {
      const product = await openGrd(path);
      try {
        await product.calibration('VV');
        await product.noise('VV');
        await product.measurement('VV');
      } finally {
        await product.close();
      }
    })().catch((error) => error);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('of the other type are named', async () => {
    const slc = writeFolder(join(folder, 'slc'), smallSafe());
    await expect(openGrd(slc)).rejects.toThrow(/expected a GRD product, found IW SLC$/);
    const grd = writeFolder(join(folder, 'grd'), smallGrd());
    await expect(openSlc(grd)).rejects.toThrow(/expected an SLC product, found IW GRD$/);
    await expect(coregisterStack([grd], join(folder, 'out'))).rejects.toThrow(/found IW GRD$/);
  });
});
