// System tests: against QEMU, the cross compiler, a browser, whole builds. Two files at a time, because most are processes and
// machines that keep one processor busy; limits are long, because some fetch or compile.
import { defineConfig } from 'vitest/config';

/** As of the unit tests; what is set up for all of them is so in this process. */
const loader = new URL('./tools/typescript-loader.mjs', import.meta.url).href;
await import(loader);

export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    globalSetup: 'test/system/debian/fixture.ts',
    maxWorkers: 2,
    execArgv: ['--import', loader],
    server: { deps: { external: [/\/src\/.*\.ts$/] } },
  },
});
