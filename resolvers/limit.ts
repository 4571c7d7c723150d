// What one operation may ask for at most. The numbers are flags of the gateway, and each error names its own.
import { type ASTNode, GraphQLError } from 'graphql';

export interface AskLimits {
  readonly maxFilterDepth: number;
  readonly maxFilterTests: number;
  readonly maxPattern: number;
  readonly maxMatchMs: number;
  readonly maxObjects: number;
  readonly maxBytes: number;
}

export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Whoever meets a limit learns which one it was, how much it allows and what raises it. */
export const overLimit = (limit: string, maximum: number, excess: string, node?: ASTNode): GraphQLError =>
  new GraphQLError(`${excess}: the limit is ${maximum}, and the gateway's flag ${flagOf(limit)} raises it.`, {
    nodes: node,
    extensions: { code: 'LIMIT_EXCEEDED', limit, maximum },
  });
