import { defineConfig } from 'vitest/config';

/** What takes minutes: crash storms and the like. `npm run test:slow`. */
export default defineConfig({
  test: {
    include: ['tests/slow/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
