// The tests that know of no platform: node.exe runs them too, as test/windows/inside.config.ts says.

export interface Neutral {
  readonly file: string;
  /** What of it is of Linux after all, by the names of tests, and why. */
  readonly except?: Readonly<Record<string, string>>;
}

const of = (folder: string, names: string): Neutral[] =>
  names.split(' ').map((name) => ({ file: `test/${folder}/${name}.test.ts` }));

export const NEUTRAL: readonly Neutral[] = [
  ...of('contract', 'access ask ask-random calls edges executors schema spec'),
  { file: 'test/contract/gaps.test.ts', except: { 'say what would help': 'they name files of Linux' } },
  {
    file: 'test/contract/gateway.test.ts',
    except: { 'tells of itself, and its process is this one': 'Windows tells the number of heaps, Linux does not' },
  },
  ...of('e2e', 'access closing events leaving serving socket'),
  {
    file: 'test/e2e/cost.test.ts',
    except: { 'with the header the answer tells what it has cost': 'Windows reads all processes by one question' },
  },
  ...of('unit', 'action baseline clients environment event guard limits live options persisted process-events'),
  ...of('unit', 'redaction sampler scalar steady table view viewer wait watch'),
  {
    file: 'test/unit/jwt.test.ts',
    except: { 'are a file that nobody else may write': 'files of Windows have no modes' },
  },
];
