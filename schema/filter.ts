// What any filter, order and page is made of.
import type { Filter } from '../resolvers/filter.ts';
import type { OrderBy } from '../resolvers/order.ts';
import type { Listed } from '../resolvers/page.ts';
import { builder } from './builder.ts';
import { PageInfo } from './page.ts';

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way an order goes. What is not known is last either way.',
  values: {
    ASC: { description: 'The least first; text by its code points.' },
    DESC: { description: 'The greatest first.' },
  } as const,
});

const EQUAL = {
  eq: 'It is this.',
  ne: 'It is not this; so it is where there is none.',
};
const COMPARED = {
  lt: 'It is less.',
  lte: 'It is less, or this.',
  gt: 'It is more.',
  gte: 'It is more, or this.',
};
const ANY_OF = 'It is one of these; of none, none.';

type ScalarName = 'Int' | 'Float' | 'String' | 'Boolean' | 'BigInt' | 'DateTime';

/** The fields of a filter of numbers, by what each says. */
// biome-ignore lint/suspicious/noExplicitAny: fields made from data have types that the data says, not the compiler
const operators = (t: any, type: ScalarName, says: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(says).map(([name, description]) => [name, t.field({ type, description })]));

const numberFilter = (name: string, type: ScalarName, description: string, equal = true) =>
  builder.inputRef<Filter>(name).implement({
    description: `${description} Everything that is given must hold; what is null or left out tests nothing.`,
    fields: (t) => ({
      ...operators(t, type, equal ? EQUAL : {}),
      ...(equal ? { in: t.field({ type: [type], description: ANY_OF }) } : {}),
      ...operators(t, type, COMPARED),
    }),
  });

export const IntFilter = numberFilter('IntFilter', 'Int', 'A test of a whole number.');
export const FloatFilter = numberFilter('FloatFilter', 'Float', 'A test of a number.', false);
export const BigIntFilter = numberFilter('BigIntFilter', 'BigInt', 'A test of a whole number.');
export const DateTimeFilter = numberFilter('DateTimeFilter', 'DateTime', 'A test of a moment.', false);

export const StringFilter = builder.inputRef<Filter>('StringFilter').implement({
  description: 'A test of text. Everything that is given must hold; what is null or left out tests nothing.',
  fields: (t) => ({
    ...operators(t, 'String', EQUAL),
    in: t.field({ type: ['String'], description: ANY_OF }),
    ...operators(t, 'String', {
      contains: 'This stands in it.',
      startsWith: 'It begins with this.',
      endsWith: 'It ends with this.',
      matches:
        'A pattern of RE2 is found in it; ^ and $ stand for its ends. Linear time, whatever is sent. Of a long text ' +
        'the first 32,768 characters are looked at.',
    }),
    ignoreCase: t.boolean({ required: true, defaultValue: false, description: 'Small and capital letters are alike.' }),
  }),
});

/** What a noun's filter says of each of its fields. */
export type FilterLines = Readonly<Record<string, readonly [type: unknown, description: string]>>;

const FILTER_RULES =
  'Everything that is given must hold. What could not be read passes neither a test nor its not; what is null ' +
  'because there is none passes `ne` and the not of any other test. Needs the scope of the fields it tests.';

/** A filter of a noun, and what filters are combined by. */
export function filterInput(name: string, noun: string, lines: FilterLines) {
  const ref = builder.inputRef<Filter>(name);
  return ref.implement({
    description: `Which ${noun}. ${FILTER_RULES}`,
    fields: (t) => ({
      ...Object.fromEntries(
        Object.entries(lines).map(([field, [type, description]]) => [
          field,
          t.field({ type: type as 'Boolean', description }),
        ]),
      ),
      and: t.field({ type: [ref], description: 'All of these hold; of none, all.' }),
      or: t.field({ type: [ref], description: 'One of these holds; of none, none.' }),
      not: t.field({ type: ref, description: 'This is known not to hold.' }),
    }),
  });
}

/** An order by the values of an enum. */
export const orderInput = (name: string, fields: unknown, description: string) =>
  builder.inputRef<OrderBy>(name).implement({
    description,
    fields: (t) => ({
      by: t.field({ type: fields as never, required: true, description: 'What is compared.' }) as never,
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'ASC',
        description: 'Which way.',
      }) as never,
    }),
  });

/** The values of an enum of what a list is sorted by. */
export const described = (lines: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(lines).map(([name, description]) => [name, { description }]));

export const paging = builder.args((t) => ({
  first: t.int({ description: 'At most so many, 0 or more; all of them without it.' }),
  after: t.string({
    description:
      'The endCursor of a page of the same question: what stands after it, by what it was sorted by then and as it ' +
      'is now. Nothing is skipped or given twice where that does not change.',
  }),
}));

interface PageText {
  readonly description: string;
  readonly totalCount: string;
  readonly nodes: string;
}

/** The type of the pages of a noun. */
export function pageType<R>(name: string, node: unknown, text: PageText) {
  return builder.objectRef<Listed<R>>(name).implement({
    description: text.description,
    fields: (t) => ({
      totalCount: t.exposeInt('totalCount', { description: text.totalCount }),
      nodes: t.field({ type: [node as never], description: text.nodes, resolve: ({ nodes }) => nodes as never }),
      pageInfo: t.expose('pageInfo', { type: PageInfo, description: 'Where the page stands.' }),
      at: t.expose('at', { type: 'DateTime', description: 'When they were read.' }),
    }),
  });
}
