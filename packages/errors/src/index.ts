/**
 * The error class shared by all `@mtpi` packages.
 *
 * @module
 */
import { redactUrls } from './redact-url';

export { describeValue, mistakeInOptions, type OptionKind, optionKinds } from './check-options';
export { commandLine } from './command-line';
export { redactUrl, redactUrls } from './redact-url';

/** Details of an error besides its code, as far as known. */
export interface ErrorDetails {
  /** The function or option concerned. */
  subject?: string;
  /** The file, URL or product concerned. */
  path?: string;
  /** What was expected there. */
  expected?: string;
  /** What was found instead. */
  found?: string;
  /** A remedy. */
  hint?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * Base of the errors of all packages. `code` is one of the codes that the package lists; the other fields contain what the
 * message says, for programs that present it in another way; addresses in them are without credentials. The hint is not
 * part of the message.
 */
export abstract class MtpiError<Code extends string = string> extends Error {
  readonly subject?: string;
  readonly path?: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;

  /**
   * @param description the message, or the fields it is made of: "SUBJECT: PATH: expected EXPECTED, found FOUND".
   * @param details the fields, where the message is given.
   */
  constructor(
    readonly code: Code,
    description: string | ErrorDetails,
    details: ErrorDetails = {},
  ) {
    const fields = typeof description === 'string' ? details : description;
    const message = typeof description === 'string' ? description : sentence(fields);
    const { subject, path, expected, found, hint, cause } = fields;
    super(redactUrls(message), cause === undefined ? undefined : { cause });
    this.subject = subject;
    this.path = path && redactUrls(path);
    this.expected = expected && redactUrls(expected);
    this.found = found && redactUrls(found);
    this.hint = hint;
  }
}

/** Whether this is an error of any `@mtpi` package, also where two copies of a package are installed. */
export function isMtpiError(error: unknown): error is MtpiError {
  return error instanceof Error && MARK in error;
}

/** Marks the errors across copies of this package. */
const MARK = Symbol.for('@mtpi/error');
Object.defineProperty(MtpiError.prototype, MARK, { value: true });

function sentence({ subject, path, expected, found }: ErrorDetails): string {
  const parts = [expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean).join(', ');
  return [subject, path, parts].filter(Boolean).join(': ');
}
