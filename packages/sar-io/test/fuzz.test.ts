import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Random } from '@mtpi/polsar-priors';
import { expect, it } from 'vitest';
import { isSarIoError } from '../src/index';
import { rasterTargets, readDamaged } from './fuzz/targets';
import { temporaryFolder } from './support';

const folder = temporaryFolder();

it('the inputs that are damaged below can be read', async () => {
  for (const { name, files, read } of await rasterTargets()) {
    for (const [file, bytes] of files) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true });
      writeFileSync(join(folder, name, file), bytes);
    }
    await read(join(folder, name));
  }
});

// scripts/fuzz.ts reads more of them, with limits on time and memory.
it('520 damaged inputs of all formats are read or refused with a typed error', async () => {
  const targets = await rasterTargets();
  const others: unknown[] = [];
  for (let input = 0; input < 520; input++) {
    const target = targets[input % targets.length];
    const error = await readDamaged(target, join(folder, 'damaged'), new Random(7, input));
    if (error !== undefined && !isSarIoError(error)) others.push({ input, target: target.name, error });
  }
  expect(others).toEqual([]);
});
