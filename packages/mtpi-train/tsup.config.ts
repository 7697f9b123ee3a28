import { library } from '../../tsup.base';

export default library({ threads: { 'batch-worker': 'src/run/batch-worker.ts' } });
