import { defineConfig } from 'vitest/config';

/** What needs servers that nobody on this project wrote; `.ci/servers` fetches them. `npm run test:integration`. */
export default defineConfig({
  test: {
    include: ['tests/integration/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
