import { builder } from './builder.ts';

/** What every page says of its place in the whole. */
export const PageInfo = builder.objectRef<{ hasNextPage: boolean; endCursor: string | null }>('PageInfo').implement({
  description: 'Where a page stands.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'True if there is more after it.' }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'What to give as `after` for the next page.',
    }),
  }),
});
