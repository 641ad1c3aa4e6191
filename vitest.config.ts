import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/slow/**', 'tests/integration/**', 'tests/console/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
