import { defineConfig } from 'vitest/config';

/**
 * Tests are written against `src` and run against `dist`: what is tested is what ships, and worker threads,
 * which load plain JavaScript, start from the same files as in production.
 */
export default defineConfig({
  resolve: { alias: [{ find: /^(\.{1,2}\/.*)\/?src\/(.*)$/, replacement: '$1/dist/$2' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
