/** Environment of a command: output streams and abort signal. */
export interface Context {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
  /** Milliseconds between lines of progress where there is no terminal. Default 10,000. */
  readonly progressInterval?: number;
  /** Words after `mtpi`, for the provenance of results. */
  readonly words: readonly string[];
  /** Of a command that ends without an error. */
  exitCode: number;
}
