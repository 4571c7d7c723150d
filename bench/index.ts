// Everything that is measured: `npm run bench`.
import './executors.ts';
import './processes.ts';
import './system.ts';
