import { setMaxListeners } from 'node:events';
import { main } from './main';

/** Time, in milliseconds, that an interrupted command has to clean up before it is ended. */
const GRACE = 3000;

const abort = new AbortController();
setMaxListeners(0); // every read of an input listens to the signal
process.once('SIGINT', () => stop(new Error('interrupted')));
process.once('SIGTERM', () => stop(new Error('terminated')));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  stop(error); // its reader, such as head, has closed it
});

function stop(reason: Error): void {
  abort.abort(reason);
  setTimeout(() => process.exit(130), GRACE).unref();
}

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abort.signal,
});
