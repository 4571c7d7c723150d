// Streams as a server opens them, on a host and a clock that move only when told to.
import { parse } from 'graphql';
import { Baseline } from '../../loaders/baseline.ts';
import type { Source, Status } from '../../native/index.ts';
import type { Access } from '../../native/spec/define.ts';
import { schema } from '../../schema/index.ts';
import { masked } from '../../server/errors.ts';
import { createExecutor } from '../../server/executor.ts';
import { createLive, type Finished, type Stream } from '../../server/live.ts';
import { Room } from '../../server/places.ts';
import { Watch } from '../../subscriptions/watch.ts';
import { StillClock } from './clock.ts';
import { kernel } from './kernel.ts';
import { type Answer, contextOf, recording, somewhere } from './operation.ts';
import { type ScriptedRow, scripted } from './scripted.ts';
import { optionsWith } from './serving.ts';

interface Asking {
  readonly variables?: Record<string, unknown>;
  readonly access?: readonly Access[];
}

/** A server's streams of these rows, which say that they were read when the clock says. */
export function host(rows: Record<string, ScriptedRow[]>, refused?: Status) {
  const clock = new StillClock();
  const { events, tell, listening } = kernel(clock.date, refused);
  const of = { ...scripted(rows, somewhere, () => 1000 + clock.now() / 1000), events };
  const { source, calls } = recording(of);
  const watch = new Watch(source, clock);
  const baseline = new Baseline(source, clock);
  const live = createLive({
    schema,
    mask: masked,
    hideSuggestions: false,
    run: createExecutor().run,
    room: new Room(optionsWith({})),
  });
  const open = (query: string, { variables = {}, access = ['READ', 'SHOWN', 'OWNER'] }: Asking = {}) =>
    live({
      document: documentOf(query),
      variableValues: variables,
      context: () => contextOf(source as Source, access, watch, baseline),
      audience: access.join(),
    });
  const connect = async (query: string, asking?: Asking) => new Follower((await open(query, asking)) as Stream);
  const follow = (query: string, asking?: Asking) => following(connect(query, asking));
  return { clock, calls, watch, source, tell, listening, open, connect, follow };
}

const documents = new Map<string, ReturnType<typeof parse>>();

/** As a server remembers them. */
function documentOf(query: string) {
  const document = documents.get(query) ?? parse(query);
  documents.set(query, document);
  return document;
}

/** A follower that is about to be there. */
function following(connecting: Promise<Follower>) {
  let follower: Follower | null = null;
  void connecting.then((made) => {
    follower = made;
  });
  return {
    answers: (): Answer[] => follower?.answers ?? [],
    get finished() {
      return follower?.finished ?? [];
    },
    state: {
      get ended() {
        return follower?.hasEnded ?? false;
      },
    },
  };
}

/** What is said in place of a stream. */
export const refusals = async (opening: ReturnType<ReturnType<typeof host>['open']>) =>
  ((await opening) as Error[]).map(({ message }) => message);

/** Reads a stream as fast as it comes, unless it is told to stall. */
export class Follower {
  readonly finished: Finished[] = [];
  hasEnded = false;
  readonly #stream: Stream;
  #isStalled = false;
  #isAsking = false;

  constructor(stream: Stream) {
    this.#stream = stream;
    this.#ask();
  }

  get answers(): Answer[] {
    return this.finished.map(({ text }) => JSON.parse(text));
  }

  /** What was asked for before still comes; nothing is asked for after it. */
  stall(): void {
    this.#isStalled = true;
  }

  goOn(): void {
    this.#isStalled = false;
    if (!this.#isAsking) this.#ask();
  }

  leave(): void {
    this.#stream.leave();
  }

  #ask(): void {
    this.#isAsking = true;
    this.#stream.ask({
      take: (answer) => {
        this.#isAsking = false;
        this.finished.push(answer);
        if (!this.#isStalled) this.#ask();
      },
      end: () => {
        this.hasEnded = true;
      },
    });
  }
}
