import { defineConfig } from 'vitest/config';
import shared from '../../../vitest.config';

/** The tests in a browser, which take minutes. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ['browser-test/**/*.test.ts'] },
});
