import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import own from '../../vitest.config.ts';
import { NEUTRAL } from './neutral.ts';

// For the vitest that runs in node.exe: the tests that know of no platform, but for what of them does.

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const left = NEUTRAL.flatMap(({ except = {} }) => Object.keys(except)).map(escaped);

export default defineConfig({
  ...own,
  root: join(import.meta.dirname, '../..'),
  test: {
    ...own.test,
    include: NEUTRAL.map(({ file }) => file),
    testNamePattern: `^(?!.*(?:${left.join('|')})$)`,
    setupFiles: ['test/windows/setup.ts'],
  },
});
