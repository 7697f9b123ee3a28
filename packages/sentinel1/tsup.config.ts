import { library } from '../../tsup.base';

export default library({
  threads: {
    'covariance-worker': 'src/coregister/covariance-worker.ts',
    'terrain-worker': 'src/geocoding/terrain-worker.ts',
  },
});
