import { defineConfig } from 'tsup';

/** The build every package shares: ESM and CommonJS, each with its own types. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    dts: { compilerOptions: { composite: false } },
    sourcemap: true,
    clean: true,
    target: 'node20',
    shims: true,
  });
