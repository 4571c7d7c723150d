import { GraphQLError } from 'graphql';
import type { Scope } from './viewer.ts';

/** What the client asked is wrong: the message says what, and what would be right. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** A filter or an order tests what the caller may not have read. */
export const notAuthorized = (field: string, scope: Scope): GraphQLError =>
  new GraphQLError(`to filter, sort or group by ${field} needs the scope ${scope}, which the request does not have`, {
    extensions: { code: 'NOT_AUTHORIZED', field, scope },
  });

/** Nobody may do this, or not without a scope. */
export const notPermitted = (message: string, scope: Scope | null): GraphQLError =>
  new GraphQLError(message, {
    extensions: scope === null ? { code: 'ACTIONS_OFF' } : { code: 'NOT_AUTHORIZED', scope },
  });

/** Throws if `first` asks for fewer than none. That of lists inside of rows is looked at before there are any. */
export function checkFirst(first: number | null | undefined): void {
  if (first != null && first < 0) throw badInput(`first is ${first}; it must be 0 or more`);
}
