import { expect, it } from 'vitest';
import * as api from '../src/index';

it('exports what users may rely on', () => {
  expect(Object.keys(api).sort()).toEqual([
    'DEVICES',
    'TFJS_BACKENDS',
    'TfjsOnnxError',
    'availableDevices',
    'benchmarkMatMul',
    'compile',
    'isTfjsOnnxError',
    'runtimeVersions',
    'trace',
  ]);
});
