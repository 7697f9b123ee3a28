import { library } from '../../tsup.base';

export default library({
  entries: { types: 'src/types.ts' },
  threads: { 'node-worker': 'src/session/node-worker.ts', 'web-worker': 'src/session/web-worker.ts' },
});
