import { builder } from './builder.ts';
import './query.ts';
import './thread.ts';
import './event.ts';
import './live.ts';
import './mutation.ts';

export const schema = builder.toSchema({ sortSchema: false });
