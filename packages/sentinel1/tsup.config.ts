import { library } from '../../tsup.base';

export default library({ threads: { 'covariance-worker': 'src/coregister/covariance-worker.ts' } });
