// Services are started and stopped by their manager, where the operator lets them be.
import type { GraphQLResolveInfo } from 'graphql';
import type { ServiceVerb } from '../native/index.ts';
import { type ActionError, type ActionErrorCode, attempt, failure, named, permit, recordable } from './action.ts';
import type { Context } from './context.ts';
import { flagOf } from './limit.ts';
import { serviceAs } from './service.ts';

/** As long as most are given to stop, and less than an operation may take. */
const PATIENCE_MS = 60_000;

interface Rules {
  /** What the names of services end in, where their manager has other things too. */
  readonly ending: string;
  /** What none is done to: what everything is asked over, and what ends the manager with all it manages. */
  readonly kept: string;
}

const RULES: Readonly<Record<string, Rules>> = {
  SYSTEMD: {
    ending: '.service',
    kept: `dbus dbus-broker emergency rescue systemd-poweroff systemd-reboot systemd-soft-reboot systemd-kexec
      systemd-halt systemd-exit systemd-suspend systemd-hibernate systemd-hybrid-sleep systemd-suspend-then-hibernate`,
  },
  WINDOWS_SCM: { ending: '', kept: 'DcomLaunch LSM RpcEptMapper RpcSs SamSs' },
};
const NO_RULES: Rules = { ending: '', kept: '' };

export interface ServiceActionResult {
  readonly name: string | null;
  readonly affected: number;
  readonly errors: readonly ActionError[];
}

const controlling =
  (verb: ServiceVerb) =>
  (_: unknown, { id }: { id: string }, context: Context, info: GraphQLResolveInfo): Promise<ServiceActionResult> =>
    attempt({ action: info.fieldName, args: {}, turn: id }, context, async (notes) => {
      notes.target = { id };
      const service = await find(id, context);
      if ('name' in service) notes.target = { id, name: service.name };
      permit(context);
      if ('code' in service) return { name: null, affected: 0, errors: [service] };
      const { name } = service;
      const refused = (await refusalOf(service, context)) ?? recordable(context);
      if (refused) return { name, affected: 0, errors: [refused] };
      const { code, message } = await context.loaders.actor.controlService(name, verb, PATIENCE_MS);
      if (code === 'DONE') return { name, affected: 1, errors: [] };
      return { name, affected: 0, errors: [failure(code, `${message}${REMEDIES[code] ?? ''} (${name})`)] };
    });

export const startService = controlling('START');
export const stopService = controlling('STOP');
export const restartService = controlling('RESTART');

const REMEDIES: Partial<Record<ActionErrorCode, string>> = {
  ACCESS_DENIED:
    '; it takes root, or a rule of polkit for org.freedesktop.systemd1.manage-units; on Windows an administrator',
};

/** A service, of whom. */
interface Found {
  readonly name: string;
  readonly manager: string | null;
}

/** A service as its manager has it, whichever alias the id may be of. */
async function find(id: string, context: Context): Promise<Found | ActionError> {
  const asked = named('Service', id, context);
  if (asked === null || 'code' in asked) return asked ?? failure('NO_SUCH_SERVICE', 'there is no such service');
  const row = await context.loaders.service.named(asked.name, 0);
  return row?.name ? { name: row.name, manager: row.manager } : failure('NO_SUCH_SERVICE', 'there is no such service');
}

/** Why nothing is done to this service. */
async function refusalOf({ name, manager }: Found, context: Context): Promise<ActionError | null> {
  const refused = (why: string) => failure('REFUSED', `${name} ${why}`);
  const { ending, kept } = RULES[manager ?? ''] ?? NO_RULES;
  if (!name.endsWith(ending)) return refused(`is no service: only units that end in ${ending} are acted on`);
  if (!context.actions.mayControl(name))
    return refused(`is none of those that may be acted on; ${flagOf('allowService')} ${name} would let it be`);
  if (kept.split(/\s+/).some((each) => each + ending === name))
    return refused('is never acted on: the system would be lost with it');
  const own = await context.gateway.ownUnits();
  if (own === null) return refused('may be the unit of this gateway itself, which cannot tell what unit it is in');
  return own.includes(name) ? refused('is the unit of this gateway itself, which would not see the end of it') : null;
}

export const service = ({ name }: ServiceActionResult, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  name === null ? null : serviceAs(name, context, info);
