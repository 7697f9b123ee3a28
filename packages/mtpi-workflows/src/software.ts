import { createRequire } from 'node:module';

/** From the built file and from this one, the manifest is one folder up. */
export const { version: VERSION } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Name of this package in the files that it writes. */
export const PACKAGE = '@mtpi/workflows';

export const SOFTWARE = `${PACKAGE} ${VERSION}`;
