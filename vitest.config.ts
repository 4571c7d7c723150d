import { defineConfig } from 'vitest/config';
import './test/support/node20.ts';
import { reporter } from './test/support/reporter.ts';

export default defineConfig({
  // As Node itself resolves packages: there must be one graphql, for the schema and for whoever executes it.
  ssr: { resolve: { conditions: ['node', 'module-sync'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: a crash of the addon then names its file, and PR_SET_PDEATHSIG means what it says.
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine is slow, not wrong: only a hang should end a test.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', reporter()],
  },
});
