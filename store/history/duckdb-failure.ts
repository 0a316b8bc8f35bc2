// What DuckDB throws, into a Failure with a hint; and the end of a transaction that failed.

import type { DuckDBConnection } from "@duckdb/node-api";
import { Failure } from "#domain/failure.ts";

/** After one DuckDB answers nothing more on this instance. */
export function isFatal(error: unknown): boolean {
  const text = String(error);
  return text.includes("FATAL Error") || text.includes("database has been invalidated");
}

/** A failed COMMIT has ended the transaction already; then there is nothing to roll back and DuckDB says so. */
export async function rollBack(writer: DuckDBConnection, cause: unknown): Promise<void> {
  try {
    await writer.run("ROLLBACK");
  } catch (error) {
    if (!isFatal(error) && !String(error).includes("no transaction is active")) {
      throw new AggregateError([cause, error], "could not roll back", { cause: error });
    }
  }
}

export function asFailure(error: unknown, message: string): Failure {
  if (error instanceof Failure) return error;
  const hint = String(error).includes("No space left") ? "The disk is full: free space below DATA_DIR." : "";
  return new Failure("history-unavailable", message, { retryable: true, hint, cause: error });
}

export function openFailure(error: unknown, file: string): Failure {
  if (error instanceof Failure) return error;
  const text = String(error);
  if (text.includes("lock")) {
    const hint = "A DuckDB file has one owning process: stop the other one, or use InfluxDB for history (INFLUX_URL).";
    return new Failure("history-unavailable", `${file} is open in another process`, {
      retryable: true,
      hint,
      cause: error,
    });
  }
  if (/not a valid DuckDB|Corrupt|checksum|Serialization|version number|storage version/i.test(text)) {
    const hint = "Move the file away and start again: history is built anew from the journal.";
    return new Failure("history-invalid", `${file} cannot be read as a DuckDB file`, { hint, cause: error });
  }
  return asFailure(error, `could not open ${file}`);
}
