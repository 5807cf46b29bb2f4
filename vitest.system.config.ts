// System tests: against QEMU, the cross compiler, a browser, whole builds. One file at a time, because they
// start processes of their own and measure time; limits are long, because some fetch or compile.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
