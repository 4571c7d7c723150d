// Everything that is measured: `npm run bench`.
import './processes.ts';
import './system.ts';
