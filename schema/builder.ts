// The builder and its scalars; no types are defined here.
import SchemaBuilder from '@pothos/core';
import type { Context } from '../resolvers/context.ts';
import { parseBigInt, parseDateTime, printBigInt, printDateTime } from '../resolvers/scalar.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    BigInt: { Input: number; Output: number };
    DateTime: { Input: number; Output: number };
    ID: { Input: string; Output: string };
  };
}>({ defaultFieldNullability: false });

builder.scalarType('DateTime', {
  description: 'RFC 3339 date and time, UTC, with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize: printDateTime,
  parseValue: parseDateTime,
});

builder.scalarType('BigInt', {
  description:
    'A signed whole number as a JSON number, never with an exponent: exact to 2^53 either way; past 2^63-1024 it ' +
    'stays there, so that it always fits 64 signed bits.',
  serialize: printBigInt,
  parseValue: parseBigInt,
});
