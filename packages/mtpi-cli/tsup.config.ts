import { defineConfig } from 'tsup';

/** The command alone: nothing imports it. */
export default defineConfig({
  entry: { mtpi: 'src/mtpi.ts' },
  format: ['esm'],
  banner: { js: '#!/usr/bin/env node' },
  sourcemap: true,
  clean: true,
  target: 'node20',
});
