import { defineConfig } from 'tsup';

type Files = Record<string, string>;

/**
 * The build every package shares: ESM and CommonJS, each with its own types.
 *
 * @param entries What is imported beside the package's own index, with types.
 * @param threads Files that threads run, without types.
 */
export const library = ({ entries = {}, threads = {} }: { entries?: Files; threads?: Files } = {}) =>
  defineConfig({
    entry: { index: 'src/index.ts', ...entries, ...threads },
    format: ['esm', 'cjs'],
    dts: { entry: { index: 'src/index.ts', ...entries }, compilerOptions: { composite: false } },
    external: ['onnxruntime-node', 'onnxruntime-web'],
    noExternal: ['@mtpi/pages'], // private
    removeNodeProtocol: false, // bundlers for browsers recognize Node's modules by it
    splitting: true, // what entries share is one module in CommonJS too
    sourcemap: true,
    clean: true,
    shims: true, // import.meta.url in CommonJS
    target: 'node20',
  });
