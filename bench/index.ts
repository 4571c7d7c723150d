// Everything that is measured: `npm run bench`.
import './executors.ts';
import './pages.ts';
import './processes.ts';
import './sockets.ts';
import './subscribers.ts';
import './system.ts';
