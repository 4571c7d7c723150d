import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needsPsutil } from '../support/peer.ts';
import { root } from '../support/source.ts';

// docs/psutil.md leaves nothing out: no name of psutil, and nothing that went wrong in it.

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rows = read('docs/psutil.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

/** What stands in the first column as code, without its arguments. */
const named = new Set(rows.flatMap(([, first]) => [...first!.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name!)));
const alsoNamed = new Set(rows.flatMap(([, first]) => first!.match(/\w+(?=\()/g) ?? []));
const lacking = (names: readonly string[]): string[] =>
  names.filter((name) => !named.has(name) && !alsoNamed.has(name));

describe.runIf(needsPsutil())('every public name of psutil has its line', () => {
  test.each([
    ['the module', 'psutil.__all__'],
    ['Process', '[n for n in dir(psutil.Process) if n[0] != "_"]'],
  ])('of %s', (_, names) => {
    const print = `import psutil, json; print(json.dumps(${names}))`;
    const all: string[] = JSON.parse(execFileSync('/usr/bin/python3', ['-c', print], { encoding: 'utf8' }));
    expect(all.length).toBeGreaterThan(40);
    expect(lacking(all)).toEqual([]);
  });
});

test('and so has what came after the psutil that is here', () => {
  const functions = 'heap_info heap_trim bytes2human net_connections win_service_iter win_service_get';
  const methods = 'memory_info_ex memory_footprint page_faults num_handles attrs info display_name binpath start_type';
  const enums = 'ProcessStatus ConnectionStatus NicDuplex BatteryTime ProcessIOPriority ProcessPriority ProcessRlimit';
  expect(lacking([functions, methods, enums].join(' ').split(' '))).toEqual([]);
});

describe('what went wrong in psutil', () => {
  const numbers = [
    ...Array.from({ length: 36 }, (_, at) => `${at + 1}`),
    ...Array.from({ length: 18 }, (_, at) => `10.${at + 1}`),
  ];
  const told = rows.filter(([, first]) => /^\d+(\.\d+)?$/.test(first!));

  test('is all there, each once', () => expect(told.map(([, number]) => number)).toEqual(numbers));

  test('concerns Linux, and has tests, or says which platform it belongs to', () => {
    const elsewhere = told
      .filter(([, , , tests]) => tests === '')
      .map(([, number, , , platforms]) => [number, platforms!.split(':')[0]]);
    expect(elsewhere).toEqual([
      ['10.12', 'Windows'],
      ['10.13', 'FreeBSD'],
    ]);
  });

  test.each(
    told.flatMap(([, number, , tests]) =>
      tests!
        .split(', ')
        .filter(Boolean)
        .map((file) => [number!, file]),
    ),
  )('%s has a test called so in %s', (number, file) =>
    expect(numbersIn(read(`test/${file}.test.ts`), number.includes('.') ? 'defect' : 'pitfall')).toContain(number),
  );
});

/** The numbers in the titles of tests: those of `pitfalls 1 and 8, defects 10.3 and 10.4: …`. */
function numbersIn(text: string, what: 'pitfall' | 'defect'): string[] {
  const titles = text.match(/(?<=['`])(pitfall|defect)[^:'`]*(?=:)/g) ?? [];
  return titles.flatMap((title) => {
    const part = new RegExp(`${what}s? ((?:[\\d.]+|, | and )+)`).exec(title)?.[1] ?? '';
    return part.match(/[\d.]+/g) ?? [];
  });
}
