/** What every event of a stream tells of its time. */
// biome-ignore lint/suspicious/noExplicitAny: each stream has an event type of its own, and these fields stand in all
export const moment = (t: any) => ({
  at: t.expose('at', { type: 'DateTime', description: 'When it was read.' }),
  elapsed: t.exposeFloat('elapsed', {
    description: 'Time covered; 0 in a first event, which has nothing before it. In seconds.',
  }),
  folded: t.exposeInt('folded', { description: 'Ticks merged into this event because the reader was slow.' }),
});
