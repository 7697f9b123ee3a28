import { library } from '../../tsup.base';

export default { ...library(), entry: { index: 'src/index.ts', evaluate: 'src/evaluate/index.ts' } };
