// Whether something may be done to the host, in what order, and where that is recorded.
import type { Actions } from '../resolvers/context.ts';
import type { Audit } from './audit.ts';
import type { Options } from './options.ts';

export function createActions(audit: Audit, { allowActions, allowService }: Options): Actions {
  const services = allowService.map(patternOf);
  return {
    isOn: allowActions,
    mayControl: (name) => services.some((pattern) => pattern.test(whole(name))),
    inTurn: createTurns(),
    trouble: audit.trouble,
    record: audit.record,
  };
}

const SUFFIX = '.service';

/** Not every manager has the ending. */
const whole = (name: string): string => (name.endsWith(SUFFIX) ? name : name + SUFFIX);

/** As systemctl takes them: * is any text, ? any character, and .service may be left out. */
export function patternOf(glob: string): RegExp {
  const escaped = whole(glob).replace(/[.\\+^$|()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

/** What has the same turn is done one after the other, in the order it came. */
export function createTurns(): Actions['inTurn'] {
  const lasts = new Map<string, Promise<unknown>>();
  return (turn, work) => {
    const before = lasts.get(turn);
    const now = before ? before.then(work, work) : work();
    lasts.set(turn, now);
    const leave = (): void => {
      if (lasts.get(turn) === now) lasts.delete(turn);
    };
    now.then(leave, leave);
    return now;
  };
}
