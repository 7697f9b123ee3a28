import { defineConfig } from 'vitest/config';

/** Shared by all packages: tests run against the sources, no build needed. */
export default defineConfig({
  resolve: { conditions: ['@mtpi/source'] },
  ssr: { resolve: { conditions: ['@mtpi/source'] } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Files share modules; loading them anew for each took half of the time of sar-io.
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // For threads that the sources start.
    execArgv: ['--conditions=@mtpi/source', `--import=${new URL('scripts/typescript.mjs', import.meta.url)}`],
  },
});
