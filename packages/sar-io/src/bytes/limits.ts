/**
 * A cap against files that claim more than there is memory for, in bytes. `MTPI_MAX_BYTES` in the environment raises all
 * caps that are below it; in browsers there is no environment.
 */
export const mostBytes = (byDefault: number): number =>
  Math.max(byDefault, Number(globalThis.process?.env?.MTPI_MAX_BYTES) || 0);

export const RAISE_HINT =
  'if there is enough memory, set the environment variable MTPI_MAX_BYTES to a larger value';
