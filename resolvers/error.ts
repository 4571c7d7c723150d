import { GraphQLError } from 'graphql';

/** What the client asked is wrong: the message says what, and what would be right. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
