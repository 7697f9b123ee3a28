/** Copies the modules and libraries of `onnxruntime-node` to dist/. */
import { constants } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
await rm('dist', { recursive: true, force: true });
for (const [from, to] of [
  ['dist', 'lib'],
  ['bin', 'bin'],
])
  await cp(join(runtime, from), join('dist', to), { recursive: true, mode: constants.COPYFILE_FICLONE });
