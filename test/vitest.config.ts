import { defineConfig } from 'vitest/config';

/**
 * Tests of values alone, which share a process a worker: to start one and load what it needs takes longer than most of them. Those that
 * count threads, files or tensors, change the process or start others have one to themselves.
 */
const values = [
  'test/{batches,columns,models,report,training}/**/*.test.ts',
  'test/{architecture,index,random,stratified}.test.ts',
];

/**
 * Tests are written against `src` and run against `dist`: what is tested is what ships, and worker threads,
 * which load plain JavaScript, start from the same files as in production.
 */
export default defineConfig({
  resolve: { alias: [{ find: /^(\.{1,2}\/.*)\/?src\/(.*)$/, replacement: '$1/dist/$2' }] },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The default of a second is short for a server or a thread on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'values', include: values, isolate: false } },
      { extends: true, test: { name: 'processes', include: ['test/**/*.test.ts'], exclude: values } },
    ],
  },
});
