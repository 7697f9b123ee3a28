import { library } from '../../tsup.base';

export default library({ entries: { types: 'src/types.ts' } });
