import { type Acquisition, acquisitionOf, createGeoTiffBlob, openGeoTiff } from '@mtpi/sar-io';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { checkSeries, inDays, ofDay } from '../src/worker/series';

const SIZE = 16;

/** A date of one file of VV and VH, of a day and time in January 2024. */
async function dateOf(
  time: string,
  { name = 'VV_VH.tif', pass = 'DESCENDING', calibration = 'gamma0', level = 0.1 } = {},
): Promise<Acquisition> {
  const sink = await createGeoTiffBlob({
    ...{ width: SIZE, height: SIZE, bands: ['VV', 'VH'], metadata: { PASS: pass, CALIBRATION: calibration } },
    georeference: {},
  });
  const values = Float32Array.from({ length: 2 * SIZE * SIZE }, (_, i) => level * (1 + ((i * i) % 97) / 97));
  const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
  await sink.write(ndarray(values, [2, SIZE, SIZE]), mask);
  const file = new File([await sink.close()], name);
  return ofDay(await acquisitionOf([await openGeoTiff(file)]), new Date(`2024-01-${time}Z`));
}

it('all dates are checked, by their metadata and the names of their files', async () => {
  const [safe, other] = [
    '20240101T050000_20240101T050030_051936',
    '20240113T050000_20240113T050030_052110',
  ].map((name) => `S1A_IW_GRDH_1SDV_${name}_064632_1234_VV_VH.tif`);
  const [first, second, target, last] = await Promise.all([
    dateOf('01T05:00', { name: safe, level: 0.11 }),
    dateOf('05T05:00', { pass: 'ASCENDING', level: 0.12 }),
    dateOf('13T05:00', { name: other, level: 0.13 }),
    dateOf('25T05:00', { calibration: 'sigma0', level: 0.14 }),
  ]);
  const found = await checkSeries({ target, before: [second, first], after: [last] });
  const told = found.map(({ input, message }) => `${inDays(input, [first, second, last])}: ${message}`);
  expect(told).toEqual([
    "2024-01-05: Pass ascending; the target's is descending",
    "2024-01-25: Calibration sigma0; the target's is gamma0",
    expect.stringMatching(/^2024-01-01: Relative orbit \d+; the target's is \d+$/),
  ]);
});

it('files of one name on several dates are different acquisitions', async () => {
  const [before, target, after] = await Promise.all(
    ['01T05:00', '13T05:00', '25T05:00'].map((time, i) => dateOf(time, { level: 0.1 + 0.01 * i })),
  );
  expect(await checkSeries({ target, before: [before], after: [after] })).toEqual([]);
});
