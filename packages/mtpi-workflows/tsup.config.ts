import { library } from '../../tsup.base';

export default library({
  entries: {
    browser: 'src/browser.ts',
    'engine-benchmark': 'src/engine-benchmark.ts',
    inspect: 'src/inspect.ts',
  },
});
