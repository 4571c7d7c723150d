// Fields of objects that are nothing but numbers.

// biome-ignore lint/suspicious/noExplicitAny: fields made from data have types that the data says, not the compiler
type Fields = any;

/** A field for each name, with what it says and its unit. */
export const figures = (t: Fields, unit: string, says: Readonly<Record<string, string>>): Record<string, Fields> =>
  Object.fromEntries(
    Object.entries(says).map(([name, description]) => [
      name,
      t.expose(name, { type: 'Float', nullable: true, description: `${description}${unit}` }),
    ]),
  );
