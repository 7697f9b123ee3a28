import { defineConfig } from 'tsup';

/** The build every package shares: ESM and CommonJS, each with its own types. */
export const library = () =>
  defineConfig({
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    dts: { compilerOptions: { composite: false } },
    external: ['onnxruntime-node', 'onnxruntime-web'],
    sourcemap: true,
    clean: true,
    shims: true, // import.meta.url in CommonJS
    target: 'node20',
  });
