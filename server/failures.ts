import { AddonError } from '../native/index.ts';
import { AuditError } from './audit.ts';
import { KeysError } from './jwt-keys.ts';
import { ListenError } from './listen.ts';
import { UserError } from './names.ts';
import type { Options } from './options.ts';
import { ManifestError } from './persisted.ts';
import { TokenError } from './private-file.ts';
import { TlsError } from './tls.ts';

/** Errors that say what stands in the way, and what to do about it. */
const TOLD = [AddonError, TokenError, KeysError, TlsError, ListenError, ManifestError, AuditError, UserError];

/** One line for whoever started the gateway: what stands in the way, and what to do about it. */
export function explainFailure(error: unknown, { host, port, socket }: Options): string {
  const { code = '', message = String(error) } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const place = socket === '' ? `${host} port ${port}` : socket;
  if (TOLD.some((type) => error instanceof type)) return message;
  const [firstLine = ''] = message.split('\n', 1);
  if (code === 'EADDRINUSE' && socket !== '')
    return `${place} exists: another gateway listens there, or it is no socket.`;
  if (code === 'EADDRINUSE') return `${place} is in use. Stop what listens there, or choose another with --port.`;
  if (code === 'EACCES') return `Not permitted to listen on ${place}. Choose ${allowedPlace(socket)}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}. See --host.`;
  return `The gateway could not start: ${firstLine}`;
}

const allowedPlace = (socket: string): string =>
  socket === '' ? 'a port of 1024 or more with --port' : 'a folder you may write to with --socket';
