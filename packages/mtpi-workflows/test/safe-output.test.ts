import { spawnSync } from 'node:child_process';
import fsSync from 'node:fs';
import fs, {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { removeAllLeftovers } from '../src/despeckle/remove-all-leftovers';
import { withFolder } from '../src/output/output-folder';
import { assertSafeOutput, withOutput } from '../src/output/safe-output';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mtpi-output-'));
  await writeFile(at('input.tif'), 'samples');
  await link(at('input.tif'), at('hard.tif'));
  await symlink(at('input.tif'), at('soft.tif'));
  await mkdir(at('C2'));
  await writeFile(at('C2', 'C11.bin'), 'samples');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['the input', 'input.tif', ['input.tif']],
  ['its hard link', 'hard.tif', ['input.tif']],
  ['its symbolic link', 'soft.tif', ['input.tif']],
  ['what a symbolic link that is given leads to', 'input.tif', ['soft.tif']],
  ['a file of a folder that is given', join('C2', 'C11.bin'), ['C2']],
])('%s is not replaced', async (_, output, inputs) => {
  const refused = assertSafeOutput(at(output), inputs.map((name) => at(name)), { kind: 'file' }); // biome-ignore format: one call
  await expect(refused).rejects.toMatchObject({
    code: 'UnsafeOutput',
    message: expect.stringMatching(/is one of the inputs/),
  });
});

test('an input given as a file: URL is not replaced', async () => {
  const refused = assertSafeOutput(at('input.tif'), [`file://${at('input.tif')}`], { kind: 'file' });
  await expect(refused).rejects.toMatchObject({ code: 'UnsafeOutput' });
});

test.each(['', ' ', '\t', '-'])('the output %j is none', async (path) => {
  await expect(assertSafeOutput(path, [], { kind: 'folder', mark: 'mtpi.json' })).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
});

test('only files and our own folders are replaced', async () => {
  spawnSync('mkfifo', [at('pipe.tif')]);
  for (const [path, found] of [
    [at('C2'), 'a folder'],
    [at('soft.tif'), 'a symbolic link'],
    [at('pipe.tif'), 'a pipe'],
    ['/dev/null', 'a device'],
  ])
    await expect(assertSafeOutput(path, [], { kind: 'file' })).rejects.toMatchObject({
      code: 'UnsafeOutput',
      found,
    });
  const ours = { kind: 'folder', mark: 'mtpi.json' } as const;
  await expect(assertSafeOutput(at('C2'), [], ours)).rejects.toMatchObject({ code: 'UnsafeOutput' });
  await mkdir(at('own'));
  await assertSafeOutput(at('own'), [], ours);
  await writeFile(at('own', 'mtpi.json'), '{}');
  await assertSafeOutput(at('own'), [], ours);
  await expect(assertSafeOutput('https://h/o.tif', [], { kind: 'file' })).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
  await expect(assertSafeOutput(at('no', 'o.tif'), [], { kind: 'file' })).rejects.toMatchObject({
    code: 'NotFound',
  });
});

const DEAD = JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() });

test('of two runs on one output the second is refused; what a killed one left is removed', async () => {
  await writeFile(at('.out.tif.lock'), DEAD);
  await mkdir(at('.out.tif.0123abcd'));
  await mkdir(at('.other.tif.0123abcd'));
  await withOutput(at('out.tif'), [], { kind: 'file' }, async () => {
    expect(JSON.parse(await readFile(at('.out.tif.lock'), 'utf8'))).toEqual({
      pid: process.pid,
      host: hostname(),
    });
    const second = withOutput(at('out.tif'), [], { kind: 'file' }, async () => {});
    await expect(second).rejects.toMatchObject({ code: 'OutputBusy' });
  });
  const left = (await readdir(folder)).filter((name) => name.startsWith('.'));
  expect(left).toEqual(['.other.tif.0123abcd']);
});

test('an output whose leftovers cannot be removed is not locked', async () => {
  await mkdir(at('.stuck.tif.0123abcd'));
  const run = () => withOutput(at('stuck.tif'), [], { kind: 'file' }, async () => 'done');
  const busy = vi.spyOn(fs, 'rm').mockRejectedValueOnce(new Error('busy'));
  try {
    syncBuiltinESMExports(); // for the functions imported by name
    await expect(run()).rejects.toThrow('busy');
  } finally {
    busy.mockRestore();
    syncBuiltinESMExports();
  }
  expect(await run()).toBe('done');
});

test('a lock whose run was killed before it named its owner is taken over', async () => {
  await writeFile(at('.new.tif.lock'), '');
  const run = () => withOutput(at('new.tif'), [], { kind: 'file' }, async () => 'done');
  await expect(run()).rejects.toMatchObject({ code: 'OutputBusy' }); // it may be about to
  const before = new Date(Date.now() - 2000);
  await utimes(at('.new.tif.lock'), before, before);
  expect(await run()).toBe('done');
});

test('leftovers of a folder are removed, but for those of runs that are going on', async () => {
  const place = at('leftovers');
  await mkdir(place);
  await writeFile(join(place, '.a.tif.lock'), DEAD);
  await writeFile(join(place, '.b.tif.lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
  for (const name of ['.a.tif.0123abcd', '.b.tif.0123abcd', '.a.tif.coregistered', 'c.tif.partial'])
    await mkdir(join(place, name));
  await writeFile(join(place, 'c.tif.partial', 'part.json'), '{}');
  expect((await removeAllLeftovers(place)).map((path) => path.slice(place.length + 1)).sort()).toEqual([
    '.a.tif.0123abcd',
    '.a.tif.coregistered',
    '.a.tif.lock',
  ]);
  await removeAllLeftovers(place, { partialResults: true });
  expect((await readdir(place)).sort()).toEqual(['.b.tif.0123abcd', '.b.tif.lock']);
});

test('a failed job leaves no empty folders', async () => {
  const failed = withFolder(at('new', 'deep'), () => Promise.reject(new Error('failed')));
  await expect(failed).rejects.toThrow('failed');
  expect(await readdir(folder)).not.toContain('new');
});

test('a lock that a full disk leaves empty is removed, and the error names it', async () => {
  const full = vi.spyOn(fsSync, 'writeFileSync').mockImplementationOnce((file) => {
    fsSync.closeSync(fsSync.openSync(file as string, 'wx'));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
      ...{ code: 'ENOSPC', syscall: 'write' },
    });
  });
  try {
    syncBuiltinESMExports();
    await expect(withOutput(at('full.tif'), [], { kind: 'file' }, async () => {})).rejects.toMatchObject({
      ...{ code: 'ENOSPC', path: at('.full.tif.lock') },
      message: `ENOSPC: no space left on device, write '${at('.full.tif.lock')}'`,
    });
  } finally {
    full.mockRestore();
    syncBuiltinESMExports();
  }
  expect(await readdir(folder)).not.toContain('.full.tif.lock');
});

test('an empty lock is removed once it is old; locks of other programs stay', async () => {
  const place = at('empty-locks');
  await mkdir(place);
  for (const [name, text] of Object.entries({ '.a.tif.lock': '', '.b.tif.lock': '42' }))
    await writeFile(join(place, name), text);
  expect(await removeAllLeftovers(place)).toEqual([]); // its run may be about to name itself
  const before = new Date(Date.now() - 2000);
  for (const name of await readdir(place)) await utimes(join(place, name), before, before);
  expect(await removeAllLeftovers(place)).toEqual([join(place, '.a.tif.lock')]);
});
