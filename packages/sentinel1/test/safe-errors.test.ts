import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSarIoError, type SarIoErrorCode } from '@mtpi/sar-io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA, temporaryFolder, withoutData } from '../../sar-io/test/support';
import { findOrbit, noisePower, openSlc } from '../src/index';
import { parseOrbitFile } from '../src/product/orbit-file';
import {
  complexTiff,
  eof,
  eofName,
  LINES,
  nameOf,
  SMALL,
  smallPixels,
  smallSafe,
  writeFolder,
  writeZip,
} from './small-safe';

type Files = Map<string, string | Buffer>;
type Product = Awaited<ReturnType<typeof openSlc>>;

/** What is wrong, how it is noticed, and which words the message must have: file, expected, found. */
interface Case {
  name: string;
  damage(files: Files): unknown;
  use?(product: Product): Promise<unknown>;
  code: SarIoErrorCode;
  message: RegExp;
}

const [annotation, calibration, noise, measurement] = (
  ['annotation', 'calibration', 'noise', 'measurement'] as const
).map((kind) => nameOf(kind));

const edit = (name: string, from: string | RegExp, to: string) => (files: Files) => {
  const text = files.get(name) as string;
  expect(text).toMatch(from);
  files.set(name, text.replace(from, to));
};
const readAnnotation = (product: Product) => product.annotation('IW2', 'VV');
const readCalibration = (product: Product) => product.calibration('IW2', 'VV');
const readNoise = (product: Product) => product.noise('IW2', 'VV');
const readPixels = async (product: Product) => (await product.measurement('IW2', 'VV')).readBurst(1);

const copied = (name: string) => name.replace('t235959', 't235958');

/** The header of a file of the small product, with one statement changed. */
const header = (from = '', to = from) =>
  `<adsHeader><missionId>S1A</missionId><polarisation>VV</polarisation><swath>IW2</swath><startTime>${START}</startTime></adsHeader>`.replace(
    from,
    to,
  );
const START = '2024-03-05T23:59:59.500000';

/** Headers in the annotation and in a table of it, as those of all real products. */
const withHeaders = (name: string, from: string, to: string) => (files: Files) => {
  edit(annotation, '<adsHeader>', `<adsHeader><startTime>${START}</startTime>`)(files);
  edit(name, /<(calibration|noise)>/, `<$1>${header(from, to)}`)(files);
};

const cases: Case[] = [
  ...[annotation, calibration, noise, measurement].map((name, i): Case => {
    const kind = ['annotation', 'calibration', 'noise', 'measurement'][i];
    return {
      name: `two files ${kind}`,
      damage: (files) => files.set(copied(name), files.get(name)!),
      code: 'CorruptFile',
      message: new RegExp(
        `wrong.*: expected one ${kind} of IW2 VV, found ${copied(name)} and ${name}$`.replaceAll(
          '.xml',
          '\\.xml',
        ),
      ),
    };
  }),
  ...(
    [
      [
        'another mission',
        '>S1A<',
        '>S1B<',
        /missionId S1A, as in .* \(in (calibration|noise)\/adsHeader\), found S1B/,
      ],
      ['the other polarization', '>VV<', '>VH<', /polarisation VV, as in .*, found VH/],
      ['another swath', '>IW2<', '>IW3<', /swath IW2, as in .*, found IW3/],
      [
        'another start',
        '05T23',
        '04T23',
        /startTime 2024-03-05T23:59:59.500000, as in .*iw2-slc-vv.*, found 2024-03-04T23:59:59.500000/,
      ],
    ] as const
  ).flatMap(([name, from, to, message]): Case[] =>
    [calibration, noise].map((file) => ({
      name: `${file === noise ? 'noise' : 'calibration'} of ${name}`,
      damage: withHeaders(file, from, to),
      use: file === noise ? readNoise : readCalibration,
      code: 'CorruptFile',
      message: new RegExp(
        `${file === noise ? 'noise' : 'calibration'}-.*\\.xml: expected ${message.source}$`,
      ),
    })),
  ),
  {
    name: 'the annotation of another mission',
    damage: edit(annotation, '<missionId>S1A', '<missionId>S1C'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected S1A, as in manifest\.safe, found S1C$/,
  },
  {
    name: 'the annotation of another date',
    damage: edit(annotation, '<adsHeader>', '<adsHeader><startTime>2024-02-22T23:59:59.500000</startTime>'),
    use: readAnnotation,
    code: 'CorruptFile',
    message:
      /iw2-slc-vv.*\.xml: expected a startTime from 2024-03-05T23:59:59.250000 to 2024-03-06T00:00:04.500001, as in manifest\.safe, found 2024-02-22T23:59:59.500000$/,
  },
  {
    name: 'a GRD product',
    damage: edit('manifest.safe', '>SLC<', '>GRD<'),
    code: 'UnsupportedFormat',
    message: /wrong.*: expected an SLC product, found IW GRD$/,
  },
  {
    name: 'a Wave Mode product',
    damage: edit('manifest.safe', '>IW<', '>WV<'),
    code: 'UnsupportedFormat',
    message: /wrong.*: expected an SLC product of IW, EW, SM, found WV SLC$/,
  },
  {
    name: 'two co-polarized channels',
    damage: edit('manifest.safe', 'Polarisation>VH<', 'Polarisation>HH<'),
    code: 'UnsupportedFormat',
    message: /wrong.*: expected VV\+VH, HH\+HV, VV, HH, VH, HV, found (VV\+HH|HH\+VV)$/,
  },
  {
    name: 'a manifest without its orbit',
    damage: edit('manifest.safe', 'ID="measurementOrbitReference"', 'ID="other"'),
    code: 'CorruptFile',
    message: /manifest\.safe: expected a metadataObject measurementOrbitReference.*found none/,
  },
  {
    name: 'a manifest with an odd pass',
    damage: edit('manifest.safe', 'ASCENDING', 'SIDEWAYS'),
    code: 'CorruptFile',
    message: /manifest\.safe: expected one of ascending, descending .*found 'SIDEWAYS'/,
  },
  {
    name: 'a manifest with an odd time',
    damage: edit('manifest.safe', /<safe:startTime>.*?</, '<safe:startTime>yesterday<'),
    code: 'CorruptFile',
    message: /manifest\.safe: expected a UTC time in startTime .*found 'yesterday'/,
  },
  {
    name: 'a manifest cut off',
    damage: (files) => files.set('manifest.safe', (files.get('manifest.safe') as string).slice(0, 1200)),
    code: 'CorruptFile',
    message: /manifest\.safe: expected well-formed XML, found: /,
  },
  {
    name: 'no annotation at all',
    damage: (files) => ['vv', 'vh'].map((polarization) => files.delete(nameOf('annotation', polarization))),
    code: 'NotFound',
    message: /wrong.*: expected annotations of swaths, found none/,
  },
  {
    name: 'one annotation missing',
    damage: (files) => files.delete(annotation),
    use: readAnnotation,
    code: 'NotFound',
    message: /wrong.*: expected the annotation of IW2 VV, found none/,
  },
  {
    name: 'another swath asked for',
    damage: () => {},
    use: (product) => product.annotation('IW1', 'VV'),
    code: 'NotFound',
    message: /wrong.*: expected the annotation of IW1 VV, found none/,
  },
  {
    name: 'an annotation cut off',
    damage: (files) => files.set(annotation, (files.get(annotation) as string).slice(0, -60)),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected well-formed XML, found: /,
  },
  {
    name: 'an annotation that is not one',
    damage: (files) => files.set(annotation, '<html><body>404</body></html>'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected an element product, found none/,
  },
  {
    name: 'the annotation of a GRD product',
    damage: edit(annotation, '<productType>SLC', '<productType>GRD'),
    use: readAnnotation,
    code: 'UnsupportedFormat',
    message: /iw2-slc-vv.*\.xml: expected the annotation of an SLC product of IW, EW or SM, found IW GRD/,
  },
  {
    name: 'the annotation of the other polarization',
    damage: (files) => files.set(annotation, files.get(nameOf('annotation', 'vh'))!),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected IW2 VV, found IW2 VH/,
  },
  {
    name: 'an annotation without a number',
    damage: edit(annotation, '6.4e+07', 'fast'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected a number in rangeSamplingRate .*found 'fast'/,
  },
  {
    name: 'an annotation without a burst',
    damage: edit(annotation, /<burst>.*?<\/burst>/s, ''),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected 2 elements swathTiming\/burstList\/burst, .*found 1/,
  },
  {
    name: 'an annotation whose bursts do not add up',
    damage: edit(annotation, '<numberOfLines>8', '<numberOfLines>9'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected bursts that add up to .* 9 × 6 .*found 2 of 4 × 6/,
  },
  {
    name: 'an annotation with too few valid samples',
    damage: edit(annotation, '<firstValidSample count="4">-1 1', '<firstValidSample count="3">1'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected first and last valid samples of 4 lines .*found 3 and 4/,
  },
  {
    name: 'an annotation with a list shorter than its count',
    damage: edit(annotation, '-2300 450000', '-2300'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected 3 numbers in azimuthFmRatePolynomial .*found 2/,
  },
  {
    name: 'an annotation without orbit',
    damage: edit(annotation, /<orbitList.*?<\/orbitList>/s, '<orbitList count="0"></orbitList>'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected entries of orbit .*found none/,
  },
  {
    name: 'an annotation with valid samples outside its lines',
    damage: edit(annotation, '<lastValidSample count="4">-1 4 4', '<lastValidSample count="4">-1 4 6'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected valid samples within 0 to 5 .*found 1 to 6/,
  },
  {
    name: 'an annotation without sampling rate',
    damage: edit(annotation, '6.4e+07', '0'),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected a positive rangeSamplingRate .*found 0/,
  },
  {
    name: 'a geolocation grid with a ragged row',
    damage: edit(
      annotation,
      /<geolocationGridPointList count="6">.*?<\/geolocationGridPoint>/s,
      '<geolocationGridPointList count="5">',
    ),
    use: readAnnotation,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.xml: expected a geolocation grid of .*found rows of 1, 2, 2 points/,
  },
  {
    name: 'a calibration table with a zero',
    damage: edit(calibration, '<sigmaNought count="3">10 14', '<sigmaNought count="3">10 0'),
    use: readCalibration,
    code: 'CorruptFile',
    message: /calibration-.*\.xml: expected positive numbers in sigmaNought .*found 0/,
  },
  {
    name: 'a calibration table missing',
    damage: (files) => files.delete(calibration),
    use: readCalibration,
    code: 'NotFound',
    message: /wrong.*: expected the calibration of IW2 VV, found none/,
  },
  {
    name: 'a calibration table of another length',
    damage: edit(calibration, '<sigmaNought count="3">10 14 20', '<sigmaNought count="2">10 14'),
    use: readCalibration,
    code: 'CorruptFile',
    message: /calibration-.*\.xml: expected 3 numbers in sigmaNought .*found 2/,
  },
  {
    name: 'a calibration table that is noise',
    damage: (files) => files.set(calibration, files.get(noise)!),
    use: readCalibration,
    code: 'CorruptFile',
    message: /calibration-.*\.xml: expected an element calibration, found none/,
  },
  {
    name: 'no noise table',
    damage: (files) => files.set(noise, ''),
    use: readNoise,
    code: 'NotFound',
    message: /wrong.*: expected the noise of IW2 VV, found none/,
  },
  {
    name: 'noise of a processor before 2.5',
    damage: edit('manifest.safe', '003.71', '002.43'),
    use: readNoise,
    code: 'UnsupportedFormat',
    message: /wrong.*: expected noise of processor version 2.5 or later, found 2.43/,
  },
  {
    name: 'noise without vectors',
    damage: edit(
      noise,
      /<noiseRangeVectorList.*<\/noiseRangeVectorList>/s,
      '<noiseRangeVectorList count="0"/>',
    ),
    use: readNoise,
    code: 'CorruptFile',
    message: /noise-.*\.xml: expected noise range vectors .*found none/,
  },
  {
    name: 'no pixels',
    damage: (files) => files.delete(measurement),
    use: readPixels,
    code: 'NotFound',
    message: /wrong.*: expected the measurement of IW2 VV, found none/,
  },
  {
    name: 'pixels that are no TIFF',
    damage: (files) => files.set(measurement, Buffer.from('<html>404</html>')),
    use: readPixels,
    code: 'UnsupportedFormat',
    message: /iw2-slc-vv.*\.tiff is a web page, not a TIFF/,
  },
  {
    name: 'a TIFF cut off before its directory',
    damage: (files) => files.set(measurement, (files.get(measurement) as Buffer).subarray(0, 190)),
    use: readPixels,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.tiff is truncated: expected \d+ bytes, found 190/,
  },
  {
    name: 'pixels of real floats',
    damage: (files) => files.set(measurement, complexTiff(smallPixels, SMALL.samples, LINES, { format: 3 })),
    use: readPixels,
    code: 'UnsupportedFormat',
    message: /iw2-slc-vv.*\.tiff: expected samples of 1 × cint16, found 1 × float32/,
  },
  {
    name: 'pixels of an unknown format',
    damage: (files) => files.set(measurement, complexTiff(smallPixels, SMALL.samples, LINES, { format: 4 })),
    use: readPixels,
    code: 'UnsupportedFormat',
    message: /iw2-slc-vv.*\.tiff: TIFF sample format 4 of 32 bits is not supported/,
  },
  {
    name: 'pixels of another size',
    damage: (files) => files.set(measurement, complexTiff(smallPixels.slice(24), SMALL.samples, LINES - 2)),
    use: readPixels,
    code: 'CorruptFile',
    message: /iw2-slc-vv.*\.tiff: expected 6 × 8 samples as in .*\.xml, found 6 × 6/,
  },
];

it('headers that agree, or state less, are taken as they are', async () => {
  const folder = temporaryFolder();
  for (const [i, [from, to]] of [
    ['', ''],
    [`<startTime>${START}</startTime>`, ''],
    ['VV', ''],
  ].entries()) {
    const files = smallSafe();
    withHeaders(calibration, from, to)(files);
    edit(noise, '<noise>', `<noise>${header(from, to)}`)(files);
    const path = writeFolder(join(folder, `${i}`), files);
    await openAndUse(path, async (product) => {
      await readCalibration(product);
      await readNoise(product);
    });
  }
});

async function failure(action: () => Promise<unknown>): Promise<unknown> {
  return action().then(
    () => expect.unreachable('expected a failure'),
    (error) => error,
  );
}

function expectError(error: unknown, code: SarIoErrorCode, message: RegExp) {
  expect(isSarIoError(error), String(error)).toBe(true);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
}

async function openAndUse(path: string, use: (product: Product) => Promise<unknown> = async () => {}) {
  const product = await openSlc(path);
  try {
    await use(product);
  } finally {
    await product.close();
  }
}

describe.each(['folder', 'zip'])('wrong products in a %s', (container) => {
  const folder = temporaryFolder();

  it.each(cases)('$name', async ({ name, damage, use, code, message }) => {
    const files = smallSafe();
    await damage(files);
    const path = join(folder, `wrong ${name}`);
    if (container === 'zip') await writeZip(`${path}.zip`, files);
    else writeFolder(path, files);
    const error = await failure(() => openAndUse(container === 'zip' ? `${path}.zip` : path, use));
    expectError(error, code, message);
  });
});

it('any damage to an XML file is a typed error, or none', async () => {
  const files = ['manifest.safe', annotation, calibration, noise];
  const use = async (product: Product) => {
    const { bursts, samples } = await readAnnotation(product);
    (await readCalibration(product)).lut('sigma0', 0, samples).interpolate(5);
    noisePower((await readNoise(product)).burst(bursts[0], 0, samples), 5);
    await readPixels(product);
  };
  const folder = temporaryFolder();
  const damages = fc.oneof(
    fc
      .constantFrom('', 'x', 'NaN', '-1', '0', '1e400', '99999999', '1 2 3 4 5 6 7', '<a/>', '\0')
      .map((value) => (text: string, at: number) => {
        const texts = [...text.matchAll(/>([^<>]+)</g)];
        const { index, 1: old } = texts[Math.floor(at * texts.length)];
        return text.slice(0, index + 1) + value + text.slice(index + 1 + old.length);
      }),
    fc.constant((text: string, at: number) => {
      const elements = [...text.matchAll(/<([\w:]+)( [^>]*)?>[^<>]*<\/\1>/g)];
      const { index, 0: element } = elements[Math.floor(at * elements.length)];
      return text.slice(0, index) + text.slice(index + element.length);
    }),
    fc.constant((text: string, at: number) => text.slice(0, Math.floor(at * text.length))),
  );
  const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damages, position, async (name, damage, at) => {
      const product = smallSafe();
      product.set(name, damage(product.get(name) as string, at));
      const path = writeFolder(join(folder, `${number++}`), product);
      const error = await openAndUse(path, use).catch((error) => error);
      if (error !== undefined) expect(isSarIoError(error), String(error?.stack)).toBe(true);
    }),
    { seed: 1, numRuns: 300 },
  );
});

describe('wrong containers', () => {
  const folder = temporaryFolder();

  it.each<[string, (path: string) => unknown, SarIoErrorCode, RegExp]>([
    ['nothing', () => {}, 'NotFound', /nothing\.zip does not exist/],
    [
      'text',
      (path) => writeFileSync(path, 'no zip'),
      'CorruptFile',
      /text\.zip: expected a readable zip, found: /,
    ],
    [
      'cut',
      async (path) => {
        await writeZip(path, smallSafe());
        truncateSync(path, readFileSync(path).length - 100);
      },
      'CorruptFile',
      /cut\.zip: expected a readable zip, found: /,
    ],
    [
      'other',
      (path) => writeZip(path, new Map([['readme.txt', 'x']])),
      'UnsupportedFormat',
      /other\.zip: expected one manifest\.safe in the zip, found 0/,
    ],
    [
      'two',
      (path) => writeZip(path, smallSafe(), { extra: { 'B.SAFE/manifest.safe': 'x' } }),
      'UnsupportedFormat',
      /two\.zip: expected one manifest\.safe in the zip, found 2/,
    ],
  ])('%s', async (name, make, code, message) => {
    const path = join(folder, `${name}.zip`);
    await make(path);
    expectError(await failure(() => openSlc(path)), code, message);
  });

  it('a damaged entry of a zip', async () => {
    const path = await writeZip(join(folder, 'damaged.zip'), smallSafe());
    const bytes = readFileSync(path);
    const start = bytes.indexOf(annotation) + annotation.length;
    bytes.fill(0xff, start + 20, start + 60);
    writeFileSync(path, bytes);
    expectError(
      await failure(() => openAndUse(path, readAnnotation)),
      'CorruptFile',
      /damaged\.zip\/.*iw2-slc-vv.*\.xml: expected a readable zip, found: /,
    );
  });

  it('a folder without a product, and one with two', async () => {
    const path = join(folder, 'parent');
    mkdirSync(path);
    expectError(await failure(() => openSlc(path)), 'UnsupportedFormat', /parent: .*found 0 folders \.SAFE/);
    for (const name of ['A.SAFE', 'B.SAFE']) writeFolder(join(path, name), smallSafe());
    expectError(await failure(() => openSlc(path)), 'UnsupportedFormat', /parent: .*found 2 folders \.SAFE/);
  });

  it('a file of a product', async () => {
    const path = join(writeFolder(join(folder, 'file'), smallSafe()), annotation);
    expectError(
      await failure(() => openSlc(path)),
      'UnsupportedFormat',
      /expected a SAFE folder.*found the file s1a/,
    );
  });

  it('an EOPF Zarr product', async () => {
    const path = join(folder, 'S01SIWSLC.zarr');
    mkdirSync(path);
    const attributes = { stac_discovery: { properties: { 'product:type': 'S01SIWSLC' } } };
    writeFileSync(
      join(path, 'zarr.json'),
      JSON.stringify({ zarr_format: 3, node_type: 'group', attributes }),
    );
    expectError(
      await failure(() => openSlc(path)),
      'UnsupportedFormat',
      /expected a SAFE product, found an EOPF Zarr product \(S01SIWSLC\)$/,
    );
  });

  it.skipIf(withoutData)('a real GRD product', async () => {
    const path = join(DATA, 'gdal-complex-tiffs/SAFE_FAKE/test.SAFE');
    expectError(
      await failure(() => openSlc(path)),
      'UnsupportedFormat',
      /expected an SLC product, found IW GRD/,
    );
  });

  it.skipIf(withoutData)('a real WV product', async () => {
    const path = join(DATA, 'gdal-complex-tiffs/SAFE_FAKE_WV');
    expectError(
      await failure(() => openSlc(path)),
      'UnsupportedFormat',
      /expected an SLC product of IW, EW, SM, found WV SLC/,
    );
  });
});

describe('wrong orbit files', () => {
  const folder = temporaryFolder();
  const product = { name: 'S1A_IW_X', mission: 'S1A', epoch: '2024-03-05', start: 86399.25, stop: 86404.5 };
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it.each<[string, string, SarIoErrorCode, RegExp]>([
    [
      'another mission',
      eof({ mission: 'S1B' }),
      'InvalidArgument',
      /: expected an orbit of S1A 2024-03-05T23:59:59\.250000 … .*\(S1A_IW_X.*found S1B 2024-03-05T23:40:00/,
    ],
    [
      'another time',
      eof({ start: 0, stop: 3600 }),
      'InvalidArgument',
      /: expected an orbit of S1A 2024-03-05T23:59:59.*found S1A 2024-03-05T00:00:00\.000000 … 2024-03-05T01:00:00/,
    ],
    [
      'a product at its end',
      eof({ stop: 86460 }),
      'InvalidArgument',
      /: expected an orbit of S1A .*found S1A .* … 2024-03-06T00:01:00/,
    ],
    [
      'vectors cut out',
      eof().replace(/<OSV>(?:(?!<OSV>).)*?UTC=2024-03-06T00:0.*?<\/OSV>/gs, ''),
      'CorruptFile',
      /: expected state vectors of S1A .*found 10 around it/,
    ],
    [
      'a prediction',
      eof({ type: 'PREORB' }),
      'UnsupportedFormat',
      /AUX_RESORB, EARTH_FIXED, found AUX_PREORB/,
    ],
    [
      'no vectors',
      eof({ degraded: 1000 }),
      'CorruptFile',
      /: expected state vectors of nominal quality .*found none/,
    ],
    ['cut off', eof().slice(0, 5000), 'CorruptFile', /: expected well-formed XML, found: /],
    [
      'another file',
      '<product></product>',
      'CorruptFile',
      /: expected an element Earth_Explorer_File, found none/,
    ],
    [
      'a malformed number',
      eof().replace('<Z unit="m">3<', '<Z unit="m">north<'),
      'CorruptFile',
      /: expected a number in Z .*found 'north'/,
    ],
  ])('%s', async (name, text, code, message) => {
    const path = write(`${name}.EOF`, text);
    const error = await failure(() => findOrbit(path, product));
    expectError(error, code, message);
    expect((error as Error).message).toContain(path);
  });

  it('none in a folder that covers the product', async () => {
    write(eofName({ mission: 'S1C' }), eof({ mission: 'S1C' }));
    expectError(
      await failure(() => findOrbit(folder, product)),
      'NotFound',
      /: expected an orbit of S1A .*found 1 orbit files, none of them/,
    );
  });

  it('none where it is said to be', async () => {
    expectError(
      await failure(() => findOrbit(join(folder, 'no.EOF'), product)),
      'NotFound',
      /no\.EOF does not exist/,
    );
  });

  it('a zip without one', async () => {
    const path = await writeZip(join(folder, 'orbit.zip'), new Map([['a.txt', 'x']]));
    expectError(
      await failure(() => findOrbit(path, product)),
      'UnsupportedFormat',
      /expected one \.EOF .*found 0/,
    );
  });

  it('a frame that is not of the Earth', () => {
    const text = eof().replace('EARTH_FIXED', 'GM2000');
    expect(() => parseOrbitFile(text, 'o.EOF')).toThrow(/^o\.EOF: expected .*EARTH_FIXED, found .*GM2000/);
  });
});
