/** Preloaded, lets Node run TypeScript, in threads too: tsx alone leaves threads of Node 20 out. */
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../tsconfig.base.json', import.meta.url)) });
