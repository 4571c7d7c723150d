// Writes schema/schema.graphql, what clients are written against. Run by `npm run gen`.
import { writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from './index.ts';

writeFileSync(new URL('schema.graphql', import.meta.url), `${printSchema(schema)}\n`);
