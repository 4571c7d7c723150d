import { GraphQLError } from 'graphql';

/** What the client asked is wrong: the message says what, and what would be right. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** Throws if `first` asks for fewer than none. */
export function checkFirst(first: number | null | undefined): void {
  if (first != null && first < 0) throw badInput(`first is ${first}; it must be 0 or more`);
}
