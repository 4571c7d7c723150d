import { describe, expect, test } from 'vitest';
import * as rules from '../support/rules.ts';
import { functionsOf, repository, type Source } from '../support/source.ts';

const file = (path: string, text = ''): Source => ({ path, text });
const wide = '-'.repeat(500);
const statements = (count: number) => 'f();\n'.repeat(count);

/** Each rule beside what it must find and what it must let pass: a rule that cannot fail guards nothing. */
const cases: [name: keyof typeof rules, bad: Source[], violations: string[], good: Source[]][] = [
  [
    'shortFunctions',
    [
      file('server/a.ts', `\nfunction f() {\n${statements(69)}}`),
      file('server/b.ts', `const f = () => {\n${statements(69)}};`),
      file(
        'native/src/a.cc',
        `#include "a.h"\n\nnamespace a {\n\nint g() { return 1; }\n\nint f() {\n${statements(69)}}\n}`,
      ),
    ],
    [
      'server/a.ts:2: a function of 71 lines, 70 are allowed',
      'server/b.ts:1: a function of 71 lines, 70 are allowed',
      'native/src/a.cc:7: a function of 71 lines, 70 are allowed',
    ],
    [
      file('server/a.ts', `function f() {\n${statements(68)}}\nfunction g() {\n${statements(68)}}`),
      file(
        'test/unit/a.test.ts',
        `describe('a', () => {\n${statements(80)}})\ndescribe.runIf(1)('b', () => {\n${statements(80)}})`,
      ),
      file(
        'native/src/a.cc',
        `namespace {\n${'// }\nconst char* a = "{(";\nstruct A {\nint b() { return 1; }\n};\n'.repeat(30)}}`,
      ),
      file('native/src/gen/a.h', `void f() {\n${statements(80)}}`),
    ],
  ],
  [
    'shortFiles',
    [file('server/a.ts', statements(401)), file('native/src/a.cc', statements(401))],
    [
      'server/a.ts:401: a file of 401 lines, 400 are allowed',
      'native/src/a.cc:401: a file of 401 lines, 400 are allowed',
    ],
    [file('server/a.ts', statements(400)), file('native/src/gen/a.h', statements(401)), file('a.md', statements(999))],
  ],
  [
    'shortLines',
    [file('server/a.ts', `a;\n${'x'.repeat(121)}`), file('native/src/a.h', 'x'.repeat(121))],
    ['server/a.ts:2: 121 columns, 120 are allowed', 'native/src/a.h:1: 121 columns, 120 are allowed'],
    [file('server/a.ts', '😀'.repeat(120)), file('a.md', wide), file('native/src/gen/a.h', wide)],
  ],
  [
    'nodeApiInTwoFiles',
    [file('native/src/linux/a.cc', 'int a;\n\n#include <napi.h>'), file('native/src/a.h', '#  include "node_api.h"')],
    ['native/src/linux/a.cc:3: #include <napi.h>', 'native/src/a.h:1: #  include "node_api.h"'],
    [file('native/src/addon.cc', '#include <napi.h>'), file('native/src/worker.h', '#include <napi.h>')],
  ],
  [
    'osMacrosInOneFile',
    [file('native/src/posix/a.cc', '\n#ifdef __linux__\n#elif defined(_WIN32) || defined(__FreeBSD__)')],
    ['native/src/posix/a.cc:2: __linux__', 'native/src/posix/a.cc:3: _WIN32', 'native/src/posix/a.cc:3: __FreeBSD__'],
    [
      file('native/src/platform.h', '#ifdef __APPLE__'),
      file('native/src/windows/a.cc', '// Not for __linux__.\n#define _WIN32_WINNT 0x0A00'),
    ],
  ],
  [
    'noChildProcess',
    [
      file('native/src/a.cc', 'void f() {\n  ::system("ls");\n  execve(a, b, c);\n}'),
      file('loaders/a.ts', "import { spawn } from 'node:child_process';"),
    ],
    ['native/src/a.cc:2: system(', 'native/src/a.cc:3: execve(', "loaders/a.ts:1: 'node:child_process'"],
    [
      file('native/src/a.cc', '// fork()\nread_system(1); host.system(2); host->fork(3); "exec()"; execute();'),
      file('test/support/a.ts', "import { spawn } from 'node:child_process';"),
    ],
  ],
  [
    'noDeadFiles',
    [
      file('server/dead.ts', "import './alive.ts';"),
      file('server/alive.ts'),
      file('native/src/a.cc'),
      file('native/src/b.h'),
      file('native/binding.gyp', "'sources': ['src/linux/a.cc']"),
    ],
    ['server/dead.ts', 'server/alive.ts', 'native/src/a.cc', 'native/src/b.h'].map(
      (path) => `${path}:1: nobody imports, includes or builds this file`,
    ),
    [
      file('bin/sysgraph.ts', "const { a } = await import('../server/a.ts');"),
      file('server/a.ts', "export * from './b.ts';"),
      file('server/b.ts'),
      file('test/unit/a.test.ts'),
      file('native/src/linux/a.cc', '#include "linux/b.h"'),
      file('native/src/linux/b.h'),
      file('native/binding.gyp', "'sources': ['src/linux/a.cc']"),
    ],
  ],
  [
    'importArrows',
    [
      file('native/index.ts', "import '../loaders/a.ts';"),
      file('loaders/a.ts', "import type { A } from '../resolvers/a.ts';"),
      file('subscriptions/a.ts', "export * from '../loaders/a.ts';"),
      file('schema/a.ts', "import '../native/index.ts'; import '../native/spec/index.ts';"),
      file('server/a.ts', "await import('../test/support/a.ts');"),
    ],
    [
      'native/index.ts:1: native may not import loaders/a.ts',
      'loaders/a.ts:1: loaders may not import resolvers/a.ts',
      'subscriptions/a.ts:1: subscriptions may not import loaders/a.ts',
      'schema/a.ts:1: schema may not import native/index.ts',
      'server/a.ts:1: server may not import test/support/a.ts',
    ],
    [
      file('loaders/a.ts', "import '../native/index.ts'; import './b.ts'; import 'graphql';"),
      file('schema/a.ts', "import '../resolvers/a.ts'; import '../native/src/gen/rows.ts';"),
      file('bench/a.ts', "import '../test/support/crowd.ts'; import '../native/index.ts';"),
    ],
  ],
  [
    'onlyServerConstructs',
    [file('resolvers/a.ts', "\nconst source = openLocal({ procRoot: '/proc' });")],
    ['resolvers/a.ts:2: openLocal'],
    [file('server/a.ts', 'openLocal({})'), file('resolvers/a.ts', "import type { Source } from '../native/index.ts';")],
  ],
  [
    'tellingNames',
    [file('server/utils.ts'), file('test/helpers/a.ts'), file('native/src/row_util.h'), file('loaders/row-manager.ts')],
    ['server/utils.ts', 'test/helpers/a.ts', 'native/src/row_util.h', 'loaders/row-manager.ts'].map(
      (path) => `${path}:1: a name that does not say what is in the file`,
    ),
    [file('server/utility_bill.ts'), file('native/src/text.h')],
  ],
  [
    'nothingLeftOver',
    [file('README.md', `a\n${'FIX'}${'ME'}: b`), file('native/src/a.cc', `// ${'TO'}${'DO'}(me) later`)],
    [`README.md:2: ${'FIX'}${'ME'}`, `native/src/a.cc:1: ${'TO'}${'DO'}`],
    [file('server/a.ts', '// Todos los procesos.'), file('test/fixtures/a.txt', `${'TO'}${'DO'}`)],
  ],
  [
    'noLonelyTests',
    [file('test/a.test.ts', "test('a', f);\ntest.only('b', f);\ndescribe.runIf(1).only('c', f);")],
    ['test/a.test.ts:2: test.only', 'test/a.test.ts:3: describe.runIf(1).only'],
    [file('test/a.test.ts', "test('a', f); query.only(1); 'test.only'")],
  ],
];

describe('the tidy rules', () => {
  const sources = repository();

  describe.each(cases)('%s', (name, bad, violations, good) => {
    test('finds what breaks it', () => expect(rules[name](bad)).toEqual(violations));
    test('lets pass what does not', () => expect(rules[name](good)).toEqual([]));
    test('holds in this repository', () => expect(rules[name](sources)).toEqual([]));
  });

  test('are all of them tested', () => expect(cases.map(([name]) => name).sort()).toEqual(Object.keys(rules).sort()));

  test('see a function where there is one', () => {
    const cpp = 'A::A(int a) : a_(a) {\n}\n\ntemplate <class T>\nauto f(T x) -> T {\n  for (;;) {\n  }\n}\n';
    expect(functionsOf(file('a.cc', cpp))).toEqual([
      { line: 1, lines: 2 },
      { line: 4, lines: 5 },
    ]);
    const typescript = 'class A {\n  b() {\n  }\n}\nexport default <T>(x: T) => x;';
    expect(functionsOf(file('a.ts', typescript)).map(({ line }) => line)).toEqual([2, 5]);
  });
});
