import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import './test/support/node20.ts';
import { reporter } from './test/support/reporter.ts';

// Where the gateways of tests put their tokens.
const runtime = join(import.meta.dirname, 'node_modules/.cache/sysgraph/runtime');
mkdirSync(runtime, { recursive: true });

export default defineConfig({
  // As Node resolves them: Vite prefers the development build of graphql, which refuses the schemas of the other one.
  ssr: { resolve: { conditions: ['node', 'module-sync'], externalConditions: ['node', 'module-sync'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // These need Wine, and test/windows/run around them.
    exclude: process.env.SYSGRAPH_WINDOWS_NODE ? [] : ['test/windows/**'],
    // Processes, not threads: a crash of the addon then names its file, and PR_SET_PDEATHSIG means what it says.
    pool: 'forks',
    env: { XDG_RUNTIME_DIR: runtime },
    maxWorkers: 2,
    // A busy machine is slow, not wrong: only a hang should end a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', reporter()],
  },
});
