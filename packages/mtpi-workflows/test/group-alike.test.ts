import { expect, test } from 'vitest';
import type { Warning } from '../src/index';
import { WarningLog } from '../src/job';

const implausible = (input: string, vv: string): Warning => ({
  code: 'ImplausibleBackscatter',
  message: `Mean backscatter of ${vv} dB in VV, expected −40.0 dB to +10.0 dB; check calibration and scale`,
  input,
});

test('warnings that differ in measured numbers are told once in a stack, as ranges', () => {
  const passed: Warning[] = [];
  const told = new Set<string>();
  const log = new WarningLog({ onWarning: (warning) => passed.push(warning) });
  log.addAll([implausible('a.tif', '+21.5'), implausible('b.tif', '+19.0')], told);
  log.addAll([implausible('b.tif', '+19.0'), implausible('c.tif', '+25.0')], told);
  expect(passed).toEqual([implausible('a.tif, b.tif', '+19.0 to +21.5')]);
  expect(log.warnings).toHaveLength(2);
});

test('warnings that name other files, or have no measured number, are told each', () => {
  const passed: string[] = [];
  const told = new Set<string>();
  const log = new WarningLog({ onWarning: ({ message }) => passed.push(message) });
  for (const name of ['1', '2'])
    log.addAll([{ code: 'SameImage', message: `Has the pixels of ${name}.tif`, input: 'a.tif' }], told);
  for (const input of ['a.tif', 'b.tif'])
    log.addAll([{ code: 'NoGeoreference', message: 'No georeference', input }], told);
  expect(passed).toHaveLength(4);
});
