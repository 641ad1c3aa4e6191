import { defineConfig } from 'vitest/config';

/** What needs servers that nobody on this project wrote; `.ci/servers` fetches them. `npm run test:integration`. */
export default defineConfig({
  test: {
    include: ['tests/integration/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    // A browser or a server of somebody else's may stumble once on a busy machine; our own code may not stumble twice.
    retry: 1,
  },
});
