// What each caller sees of a host. Those who see the same share what is watched for them.
import { Baseline } from '../loaders/baseline.ts';
import { viewOf } from '../loaders/view.ts';
import type { Source } from '../native/index.ts';
import type { Viewer } from '../resolvers/viewer.ts';
import type { Clock } from '../subscriptions/clock.ts';
import { ProcessEvents } from '../subscriptions/event.ts';
import { Watch } from '../subscriptions/watch.ts';
import { userId } from './names.ts';
import type { Options } from './options.ts';

export interface View {
  readonly source: Source;
  readonly watch: Watch;
  readonly baseline: Baseline;
}

export interface Views {
  of(viewer: Viewer): View;
  close(): void;
}

/** No process is of this user. */
const NOBODY = -1;

/** As many views as there are kinds of tokens, of which each is made when it is first needed. */
export function createViews(source: Source, clock: Clock, options: Pick<Options, 'onlyUser' | 'showSecrets'>): Views {
  const views = new Map<string, View>();
  const everyones = new ProcessEvents(source, clock);
  return {
    of(viewer) {
      const onlyUid = uidFor(viewer.onlyUser, options.onlyUser);
      const showSecrets = options.showSecrets || (viewer.showSecrets ?? false);
      const key = `${onlyUid} ${showSecrets}`;
      const known = views.get(key);
      if (known) return known;
      const seen = viewOf(source, { onlyUid, showSecrets });
      // What the kernel tells is of everyone's processes; of one user's, lists are compared.
      const events = onlyUid === null ? everyones : new ProcessEvents(seen, clock);
      const view = { source: seen, watch: new Watch(seen, clock, events), baseline: new Baseline(seen, clock) };
      views.set(key, view);
      return view;
    },
    close() {
      for (const { baseline } of views.values()) baseline.close();
    },
  };
}

/** What is true of everyone is true of the holder of a token: where the two differ, nothing is left. */
function uidFor(own: string | undefined, everyone: string): number | null {
  const uids = [own, everyone].filter((name) => name).map((name) => userId(name!) ?? NOBODY);
  if (uids.length === 0) return null;
  return uids.every((uid) => uid === uids[0]) ? uids[0]! : NOBODY;
}
