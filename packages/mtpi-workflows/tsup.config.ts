import { library } from '../../tsup.base';

export default library({ entries: { align: 'src/align.ts', inspect: 'src/inspect.ts' } });
