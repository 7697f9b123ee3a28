/** Preloaded, lets Node run TypeScript, in threads too: tsx alone leaves threads of Node 20 out. */
import { register } from 'tsx/esm/api';

register();
