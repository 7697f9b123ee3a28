import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cropAcquisition } from '../src/acquisitions/crop';
import * as workflows from '../src/index';
import * as inspect from '../src/inspect';

/** The functions, from plain JavaScript. */
const plain = workflows as unknown as Record<
  string,
  (...args: unknown[]) => AsyncGenerator & Promise<unknown>
>;
const FOLDER =
  'expected a folder for the results of a series, each date in a file of its own, found the name of a file';
const triplet = { target: 't.tif', previous: 'p.tif', next: 'n.tif' };

const call = async (name: string, ...args: unknown[]): Promise<unknown> => {
  const called = plain[name](...args);
  return Symbol.asyncIterator in called ? called.next() : called;
};

test.each<[string, unknown[], string]>([
  [
    'despeckleFile',
    [[1, 2, 3], 'o.tif'],
    'expected the input to be an object of target, previous and next, found an array of 3',
  ],
  ['despeckleFile', [], 'expected the input to be an object of target, previous and next, found undefined'],
  [
    'despeckleFile',
    ['t.tif', 'o.tif'],
    "expected the input to be an object of target, previous and next, found 't.tif'",
  ],
  [
    'despeckleFile',
    [{ ...triplet, next: undefined }, 'o.tif'],
    'expected next to be a path, or a list of paths such as [VV, VH], found undefined',
  ],
  [
    'despeckleFile',
    [{ ...triplet, next: [] }, 'o.tif'],
    'expected next to be a path, or a list of paths such as [VV, VH], found an array of 0',
  ],
  ['despeckleFile', [triplet], 'expected output to be a path, found undefined'],
  [
    'despeckleFile',
    [triplet, 'o.tif', { dates: 5 }],
    'expected a folder or stack for a number of dates or a target date',
  ],
  [
    'openTriplet',
    [['t.tif', 'p.tif', 'n.tif']],
    'expected the input to be an object of target, previous and next, found an array of 3',
  ],
  ['openTriplet', [triplet, { window: 5 }], "unknown option 'window'"],
  ['despeckleStack', [5, 'out'], 'expected the stack to be a folder, or a list of acquisitions, found 5'],
  [
    'despeckleStack',
    [[{ path: 't.tif' }], 'out'],
    'expected each date of the stack to be a path, or a list of paths such as [VV, VH], found an object with path',
  ],
  ['despeckleStack', ['stack'], 'expected folder to be a path, found undefined'],
  [
    'despeckle',
    [{ paths: ['folder'] }, 'out', { dryRun: true, targetDate: 'yesterday' }],
    "expected the option 'targetDate' to be a date such as 20240305 or 2024-03-05T17:08:15Z, found 'yesterday'",
  ],
  ['despeckleStack', ['stack', 'x.tif'], `x.tif: ${FOLDER}`],
  ['despeckleStackShard', ['stack', 'x.TIFF', { index: 0, count: 2 }], `x.TIFF: ${FOLDER}`],
  ['despeckleSeries', [['folder'], 'x.npy'], `x.npy: ${FOLDER}`],
  ['despeckle', [{ paths: ['folder'] }, 'x.tif', { dryRun: true }], `x.tif: ${FOLDER}`],
  [
    'despeckleStack',
    ['stack', 'out', { report: 'report.html' }],
    'report.html: expected a folder for the reports of a series, a page for each date, found the name of a file',
  ],
  [
    'prepareStack',
    [['a.SAFE'], 'x.tif'],
    'x.tif: expected a folder for the stack, each date in a folder or file of its own, found the name of a file',
  ],
  [
    'writeDemo',
    ['demo.png'],
    'demo.png: expected a folder for a picture and a raster, found the name of a file',
  ],
  ['despeckleShard', [triplet, 'o.tif', '0/2'], "expected a shard { index, count }, found '0/2'"],
  ['despeckleStackShard', ['stack', 'out'], 'expected a shard { index, count }, found undefined'],
  ['despeckleSeries', ['folder', 'out'], "expected the inputs to be a list of paths, found 'folder'"],
  ['listSeries', ['folder'], "expected the inputs to be a list of paths, found 'folder'"],
  ['despeckle', [], 'expected files or folders, or target, previous and next, or a stack'],
  ['mergeShards', [], 'expected output to be a path, found undefined'],
  ['mergeShards', ['o.tif', { keep: true }], "unknown option 'keep'"],
  ['prepareStack', ['a.zip', 'out'], "expected the inputs to be a list of paths, found 'a.zip'"],
  ['writeReport', ['o.tif', 'r.html'], "expected a product, as despeckleFile returns it, found 'o.tif'"],
  ['convertWeights', ['mtpi'], 'expected output to be a path, found undefined'],
])('%s refuses arguments that cannot be in words', async (name, args, message) => {
  await expect(call(name, ...args)).rejects.toMatchObject({
    name: 'WorkflowError',
    code: 'InvalidArgument',
    message,
  });
});

test.each<[object, string]>([
  [{ weigths: 'mtpi' }, "unknown option 'weigths'"],
  [{ weights: 5 }, "expected the option 'weights' to be a text, found 5"],
  [{ tile: '64' }, "expected the option 'tile' to be an integer ≥ 1, found '64'"],
  [
    { engine: 'cuda' },
    "expected the option 'engine' to be an object of backend, device and threads, found 'cuda'",
  ],
  [
    { scale: 'dB' },
    "expected the option 'scale' to be 'auto' or 'linear' or 'db' or 'amplitude', found 'dB'",
  ],
  [
    { outputScale: 'dB' },
    "expected the option 'outputScale' to be 'linear' or 'db' or 'amplitude', found 'dB'",
  ],
  [{ bands: 'VV' }, "expected the option 'bands' to be a list, each a text, found 'VV'"],
  [
    { bursts: [3] },
    "expected the option 'bursts' to be the first and the last burst, [number, number], found an array of 1",
  ],
  [
    { crop: [0, 0, 64, 64] },
    "expected the option 'crop' to be a window { x, y, width, height } in pixels, found an array of 4",
  ],
  [{ onProgress: true }, "expected the option 'onProgress' to be a function, found true"],
  [
    { signal: new AbortController() },
    "expected the option 'signal' to be an AbortSignal, found an object with nothing",
  ],
])('options that cannot be are refused in words: %o', async (options, message) => {
  for (const args of [
    [triplet, 'o.tif'],
    ['stack', 'out'],
  ]) {
    const name = typeof args[0] === 'string' ? 'despeckleStack' : 'despeckleFile';
    await expect(call(name, ...args, options)).rejects.toMatchObject({ code: 'InvalidArgument', message });
  }
});

test('an unknown option comes with those there are', async () => {
  const error = await call('despeckleFile', triplet, 'o.tif', { weigths: 'mtpi' }).catch((reason) => reason);
  expect(error).toHaveProperty('hint', `Expected one of ${workflows.DESPECKLE_OPTIONS.join(', ')}.`);
});

test('what is cropped is read inside the crop alone', async () => {
  const reads: unknown[] = [];
  const read = async (window: unknown) => reads.push(window);
  const whole = { width: 64, height: 64, georeference: {}, paths: ['t.tif'], read };
  const cropped = cropAcquisition(whole as never, { x: 8, y: 4, width: 16, height: 20 });
  for (const window of [
    undefined,
    { x: 8, y: 0, width: 9, height: 1 },
    { x: 0.5, y: 0, width: 1, height: 1 },
  ])
    await expect(cropped.read(window as never)).rejects.toMatchObject({
      ...{ code: 'InvalidArgument', expected: 'a window x,y,width,height inside 16 × 20 pixels' },
    });
  await cropped.read({ x: 15, y: 19, width: 1, height: 1 });
  expect(reads).toEqual([{ x: 23, y: 23, width: 1, height: 1 }]);
});

test('a quicklook is a PNG by its name', async () => {
  const written = inspect.writeQuicklook('t.tif', join(tmpdir(), 'quicklook.jpg'));
  await expect(written).rejects.toMatchObject({
    ...{ code: 'InvalidArgument', expected: 'an output ending in .png' },
  });
});

test('a stack.json that is none, and folders without shards or at all, are refused in words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mtpi-workflows-'));
  const missing = join(folder, 'missing');
  await expect(call('merge', folder)).rejects.toMatchObject({ code: 'ShardsMissing' });
  const beside = call('merge', join(missing, 'out.tif'));
  await expect(beside).rejects.toMatchObject({ code: 'NotFound', path: missing });
  await expect(call('removeAllLeftovers', missing)).rejects.toMatchObject({
    code: 'NotFound',
    path: missing,
  });
  for (const text of ['{', 'null', '{"a":1}', '{"dates":[{}]}', '{"dates":[{"files":[5]}]}']) {
    await writeFile(join(folder, 'stack.json'), text);
    for (const [name, ...args] of [
      ['listSeries', [folder]],
      ['despeckleStack', folder, `${folder}-out`],
    ] as const)
      await expect(call(name, ...args)).rejects.toMatchObject({
        ...{ name: 'WorkflowError', code: 'InvalidStack', path: join(folder, 'stack.json') },
      });
  }
  await rm(folder, { recursive: true });
});
