import { type FieldNode, type GraphQLResolveInfo, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { needs } from '../../resolvers/selection.ts';
import { schema } from '../../schema/index.ts';

test('what a selection needs is found out once for the same variables, in whatever object they are', () => {
  const operation = parse('query ($all: Boolean!) { system { hostname memory @include(if: $all) { total } } }')
    .definitions[0] as OperationDefinitionNode;
  const parentType = schema.getQueryType()!;
  const fieldNodes = operation.selectionSet.selections as readonly FieldNode[];
  const fixed = { operation, schema, parentType, fieldNodes, fieldName: 'system', fragments: {} };
  const { type: returnType } = parentType.getFields().system!;
  const needOf = (variableValues: object) =>
    needs({ ...fixed, returnType, variableValues } as unknown as GraphQLResolveInfo);
  const all = needOf({ coerced: { all: true } });
  expect(needOf({ coerced: { all: true } })).toBe(all);
  expect(needOf({ all: true })).toBe(all);
  const some = needOf({ all: false });
  expect(some.mask).not.toBe(all.mask);
  expect(some.mask & all.mask).toBe(some.mask);
});
