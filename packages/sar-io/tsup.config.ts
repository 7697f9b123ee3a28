import { library } from '../../tsup.base';

export default library({ entries: { node: 'src/node.ts' } });
