import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As Node resolves them: Vite prefers the development build of graphql, which refuses the schemas of the other one.
  ssr: { resolve: { conditions: ['node', 'module-sync'], externalConditions: ['node', 'module-sync'] } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
