// Unit tests: everything under test but the system tests.
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/system/**'],
    testTimeout: 60_000,
    setupFiles: ['test/support/property-seed.ts'],
    maxWorkers: 2,
  },
});
