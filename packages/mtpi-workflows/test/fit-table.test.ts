import { expect, test } from 'vitest';
import { fitTable } from '../src/inspect';

test('a table that is too wide has its widest column broken, and long words shortened', () => {
  const rows = [
    ['2024', 'a criterion of several words'],
    ['2025', 'OPERA_L2_RTC-S1_T137-292318-IW2_VV.tif → out.tif'],
  ];
  const head = ['date', 'file'];
  expect(fitTable(head, rows, 80)).toEqual(rows);
  expect(fitTable(head, rows, 26)).toEqual([
    ['2024', 'a criterion of\nseveral words'],
    ['2025', 'OPERA_L2_R…W2_VV.tif\n→ out.tif'],
  ]);
});
