// Failure: the world did not do its part (a disk, a server, a setting). Refused input is never a failure; a bug is an
// assertion. Codes are listed in docs/errors.md.

export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: string;
  readonly retryable: boolean;
  /** What the person who reads this can do. */
  readonly hint: string;

  constructor(code: string, message: string, options: { retryable?: boolean; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint ?? "";
  }
}
