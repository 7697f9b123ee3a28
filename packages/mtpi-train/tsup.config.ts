import { library } from '../../tsup.base';

export default library({
  entries: { evaluate: 'src/evaluate/index.ts' },
  threads: { 'batch-worker': 'src/run/batch-worker.ts' },
});
