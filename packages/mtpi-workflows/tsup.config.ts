import { library } from '../../tsup.base';

export default library({ entries: { inspect: 'src/inspect.ts' } });
