import { expect, it } from 'vitest';
import { acquisitionDate, datingFolder } from '../src/acquisition/acquisition-date';
import { parseTimestamp, polarizationOf } from '../src/index';

it.each([
  [
    'OPERA_L2_RTC-S1_T137-292319-IW2_20211119T015858Z_20250830T120333Z_S1A_30_v1.0_VH.tif',
    '2021-11-19T01:58:58Z',
  ],
  ['S1A_IW_SLC__1SDV_20240305T214632_20240305T214702_052852_06658B_96CB.SAFE', '2024-03-05T21:46:32Z'],
  ['a/s1a-iw1-slc-vv-20240305t214632-20240305t214657-052852-06658b-004.tiff', '2024-03-05T21:46:32Z'],
  ['S1A_IW_SLC__1SDV_20240305T214632_20240305T214702_052852_06658B_96CB/C2', '2024-03-05T21:46:32Z'],
  ['https://example.org/2023-07-04T05:06:07Z/vv.tif', '2023-07-04T05:06:07Z'],
  ['field_2024-03-05.tif', '2024-03-05T00:00:00Z'],
  ['20240305_VV.tif', '2024-03-05T00:00:00Z'],
  ['scene_2024_03_05/C2/C11.bin', '2024-03-05T00:00:00Z'],
  ['site_05Mar2024_VV.tif', '2024-03-05T00:00:00Z'],
  ['site-5-MAR-2024.tif', '2024-03-05T00:00:00Z'],
  ['S1A_20240305T0512_VV.tif', '2024-03-05T05:12:00Z'],
  ['2024-03-05T05-12.tif', '2024-03-05T05:12:00Z'],
  ['20240305_1530.tif', '2024-03-05T00:00:00Z'],
  ['20240305T051.tif', '2024-03-05T00:00:00Z'],
  ['20240305T170815-0900.tif', '2024-03-05T17:08:15Z'],
])('%s', (path, expected) => {
  expect(acquisitionDate(path)).toEqual(new Date(expected));
});

it.each([
  '05-03-2024.tif',
  '20240230.tif',
  '31Feb2024.tif',
  'VV.tif',
  '20241305_VV.tif',
  '052852_06658B.tif',
  '120240305.tif',
  '2024030.tif',
])('none in %s', (path) => {
  expect(acquisitionDate(path)).toBeUndefined();
});

it('metadata come first', () => {
  const metadata = { ACQUISITION_TIME: '2021-11-19T01:58:58.123Z' };
  expect(acquisitionDate('20240305.tif', metadata)).toEqual(new Date('2021-11-19T01:58:58.123Z'));
});

it('the time of day is the first that is stated for that day', () => {
  const day = { ACQUISITION_DATE: '2024-02-22' };
  const time = { ...day, ACQUISITION_START_TIME: '2024-02-22T05:00:00Z' };
  expect(acquisitionDate('x.tif', time)).toEqual(new Date('2024-02-22T05:00:00Z'));
  expect(acquisitionDate('20240222T164800.tif', day)).toEqual(new Date('2024-02-22T16:48:00Z'));
  expect(acquisitionDate('20240223T164800.tif', day)).toEqual(new Date('2024-02-22'));
});

it.each([
  ['2024-01-16T02:08:15+09:00', '2024-01-15T17:08:15Z'],
  ['2024-01-15T12:08:15.123456-0500', '2024-01-15T17:08:15.123Z'],
  ['2024-01-15 17:08:15.5+00', '2024-01-15T17:08:15.5Z'],
  ['20240116T020815+0900', '2024-01-15T17:08:15Z'],
  ['2024-01-15T22:38+05:30', '2024-01-15T17:08:00Z'],
  ['2024-01-15 17:08', '2024-01-15T17:08:00Z'],
])('a time with a zone is in UTC: %s', (text, expected) => {
  expect(parseTimestamp(text)).toEqual(new Date(expected));
});

it.each([
  ['2024-04-08T03:16:53.799Z', '2024-04-08T03:16:53.799Z'],
  ['05-MAR-2024 17:08:15.123', '2024-03-05T17:08:15.123Z'],
  ['5 Mar 2024  17:08:15', '2024-03-05T17:08:15Z'],
  ['2024/03/05', '2024-03-05T00:00:00Z'],
  ['2024:03:05 17:08:15', '2024-03-05T17:08:15Z'],
  ['2024-065T17:08:15', '2024-03-05T17:08:15Z'],
  ['2024366', '2024-12-31T00:00:00Z'],
  ['2024-03-05T17:08:15Z/2024-03-05T17:08:42Z', '2024-03-05T17:08:15Z'],
  ['2024-03-05 17:08:15 UTC', '2024-03-05T17:08:15Z'],
  ['2024-03-05 17:08:15.5 UTC+2', '2024-03-05T15:08:15.5Z'],
  ['2024-03-05 17:08:15 GMT-09:30', '2024-03-06T02:38:15Z'],
  ['20240305T170815-0500', '2024-03-05T22:08:15Z'],
])('metadata state %s', (text, expected) => {
  expect(acquisitionDate('20230101T010101.tif', { acquisition_time: text })).toEqual(new Date(expected));
});

it.each([
  '2024-02-31',
  '31-FEB-2024 17:08:15',
  '2023-366',
  '2024-13-05',
  '2024-03-05T25:08:15',
  '2024-03-05 17:08:15 CET',
  '2024-03-05 05:08:15 PM',
  '2024-03-05T17:08:15+15:00',
  '05/03/2024',
])('the name counts where metadata state %s', (text) => {
  const day = new Date('2023-01-01');
  expect(acquisitionDate('20230101.tif', { ACQUISITION_TIME: text })).toEqual(day);
});

it.each([
  ['site_20240305/t_VV.tif', '/data/site_20240305'],
  ['20240305/C2', '/data/20240305'],
  ['20240305/20240305_VV.tif', undefined],
  ['site/t_VV.tif', undefined],
  ['20240306/t_VV.tif', undefined],
])('the folder that alone dates %s is %s', (path, folder) => {
  expect(datingFolder(`/data/${path}`, new Date('2024-03-05'))).toBe(folder);
});

it.each([
  ['Sigma0_VH_db', 'VH'],
  ['s1a-iw3-slc-vv-20220918t074921.tiff', 'VV'],
  ['OPERA_v1.0_HV.tif', 'HV'],
  ['VVH', undefined],
  ['curvv', undefined],
  ['VV_VH_ratio', undefined],
  ['VV/VH', undefined],
  ['S1_VV_VH_20240305_VH.tif', 'VH'],
])('polarization of %s', (name, expected) => {
  expect(polarizationOf(name)).toBe(expected);
});
