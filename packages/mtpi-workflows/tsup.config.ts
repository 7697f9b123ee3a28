import { library } from '../../tsup.base';

export default library({ entries: { browser: 'src/browser.ts', inspect: 'src/inspect.ts' } });
