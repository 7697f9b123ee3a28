import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Arguments of Node that run `mtpi` from its sources, from any folder. */
export const MTPI_FROM_SOURCE: readonly string[] = [
  '--conditions=@mtpi/source',
  '--import',
  new URL('./typescript.mjs', import.meta.url).href,
  path('packages/mtpi-cli/src/mtpi.ts'),
];

export const ROOT = path('');
