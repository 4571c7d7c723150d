import { builder } from './builder.ts';
import './query.ts';
import './thread.ts';

export const schema = builder.toSchema({ sortSchema: false });
