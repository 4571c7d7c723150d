// Streams as a server opens them, on a host and a clock that move only when told to.
import { parse } from 'graphql';
import { Baseline } from '../../loaders/baseline.ts';
import type { Source } from '../../native/index.ts';
import type { Access } from '../../native/spec/define.ts';
import { schema } from '../../schema/index.ts';
import { masked } from '../../server/errors.ts';
import { createLive, type Finished, type Stream } from '../../server/live.ts';
import { Watch } from '../../subscriptions/watch.ts';
import { StillClock } from './clock.ts';
import { type Answer, contextOf, recording, somewhere } from './operation.ts';
import { type ScriptedRow, scripted } from './scripted.ts';
import { optionsWith } from './serving.ts';

interface Asking {
  readonly variables?: Record<string, unknown>;
  readonly access?: readonly Access[];
}

/** A server's streams of these rows, which say that they were read when the clock says. */
export function host(rows: Record<string, ScriptedRow[]>) {
  const clock = new StillClock();
  const { source, calls } = recording(scripted(rows, somewhere, () => 1000 + clock.now() / 1000));
  const watch = new Watch(source, clock);
  const baseline = new Baseline(source, clock);
  const live = createLive({ schema, mask: (error) => masked(error, optionsWith({})), hideSuggestions: false });
  const open = (query: string, { variables = {}, access = ['READ', 'SHOWN', 'OWNER'] }: Asking = {}) =>
    live({
      document: documentOf(query),
      variableValues: variables,
      context: () => contextOf(source as Source, access, watch, baseline),
      audience: access.join(),
    });
  return { clock, calls, watch, open, follow: (query: string, asking?: Asking) => follow(open(query, asking)) };
}

const documents = new Map<string, ReturnType<typeof parse>>();

/** As a server remembers them. */
function documentOf(query: string) {
  const document = documents.get(query) ?? parse(query);
  documents.set(query, document);
  return document;
}

/** Reads a stream to its end, as fast as it comes. */
function follow(opening: ReturnType<ReturnType<typeof host>['open']>) {
  const finished: Finished[] = [];
  const state = { ended: false };
  const stream = opening.then((opened) => opened as Stream);
  void stream.then(async (answers) => {
    for await (const answer of answers) finished.push(answer);
    state.ended = true;
  });
  const answers = (): Answer[] => finished.map(({ text }) => JSON.parse(text));
  return { finished, state, answers, leave: async () => (await stream).return?.() };
}

/** What is said in place of a stream. */
export const refusals = async (opening: ReturnType<ReturnType<typeof host>['open']>) =>
  ((await opening) as Error[]).map(({ message }) => message);
