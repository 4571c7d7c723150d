import type { HostIdentity } from '../native/index.ts';
import type { Access } from '../native/spec/define.ts';

/** What a caller may do. */
export type Scope = 'READ' | 'SENSITIVE' | 'CONTROL';

/** Who asks. */
export interface Viewer {
  readonly name: string;
  /** Who gave them that name, where it was not this gateway: then it may be that of somebody here too. */
  readonly issuer?: string;
  readonly scopes: readonly Scope[];
  /** Whose processes alone they see. */
  readonly onlyUser?: string;
  /** True if command lines and environments are shown as they are. */
  readonly showSecrets?: boolean;
}

type Rights = Pick<HostIdentity, 'isPrivileged' | 'hidesProcesses'>;

/** What may be read for a caller of these scopes: with READ alone, what any user of the host would be shown. */
export function accessOf(scopes: Viewer['scopes'], { isPrivileged, hidesProcesses }: Rights): ReadonlySet<Access> {
  if (scopes.includes('SENSITIVE')) return new Set(['READ', 'SHOWN', 'OWNER', 'SENSITIVE']);
  if (!scopes.includes('READ')) return new Set();
  if (!isPrivileged) return new Set(['READ', 'SHOWN', 'OWNER']);
  return new Set(hidesProcesses ? ['READ'] : ['READ', 'SHOWN']);
}
