import { defineConfig } from 'vitest/config';

/** The console in a real browser, against the running platform: npm run test:console. */
export default defineConfig({
  test: {
    include: ['tests/console/*.test.ts'],
    globalSetup: ['tests/console/support/global-setup.ts'],
    // One browser and one platform for all files; two cores have enough to do with those.
    fileParallelism: false,
    // A browser or a server of somebody else's may stumble once on a busy machine; our own code may not stumble twice.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
