import { library } from '../../tsup.base';

export default library({
  threads: { 'node-worker': 'src/session/node-worker.ts', 'web-worker': 'src/session/web-worker.ts' },
});
