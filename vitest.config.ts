// Unit tests: everything under test but the system tests.
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/system/**'],
    testTimeout: 120_000,
    setupFiles: ['test/support/property-seed.ts'],
    maxWorkers: 2,
    // Nothing outlives a test but what is compiled: no module of the project has state of its own (npm run check), so that test files
    // share two processes instead of warming one up each.
    isolate: false,
    // The code under test is imported by Node itself, as the program's is: it is loaded and runs faster so.
    execArgv: ['--import', new URL('./tools/typescript-loader.mjs', import.meta.url).href],
    server: { deps: { external: [/\/src\/.*\.ts$/] } },
  },
});
