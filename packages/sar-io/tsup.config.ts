import { library } from '../../tsup.base';

export default library({ threads: { 'covariance-worker': 'src/prepare/covariance-worker.ts' } });
