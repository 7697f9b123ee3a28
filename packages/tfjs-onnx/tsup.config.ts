import { library } from '../../tsup.base';

export default library({ threads: { 'session-worker': 'src/session/session-worker.ts' } });
