import { defineConfig } from 'vite';

/** Cross-origin isolation: threads of WebAssembly share memory. Where a site can't send them, its service worker does. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The page is built from the sources of the packages. */
export default defineConfig(({ command }) => ({
  base: './',
  resolve: {
    conditions: ['@mtpi/source', 'module', 'browser', command === 'build' ? 'production' : 'development'],
  },
  optimizeDeps: {
    exclude: ['onnxruntime-web'],
    // Of the worker too, so that the development server does not find them later and load the page again.
    entries: ['index.html', 'src/worker/workbench.ts'],
  },
  worker: { format: 'es' },
  server: { headers },
  preview: { headers },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
}));
