// What every failure code means and what to do about it: the table of docs/errors.md. A test compares it with the codes that
// the sources raise, so that none is missing and none is left over.

export interface FailureCode {
  readonly code: string;
  readonly means: string;
  readonly todo: string;
}

export const failureCodes: readonly FailureCode[] = [
  {
    code: "accounts-invalid",
    means: "`accounts.sqlite` holds a role that this program does not know",
    todo: "restore the file from a backup, or start the version that wrote it",
  },
  {
    code: "accounts-not-started",
    means: "the accounts were asked before they were opened",
    todo: "a mistake in the program: report it",
  },
  {
    code: "authority-invalid",
    means: "the authority in `DATA_DIR/ca` cannot be read, or its key is not that of its certificate",
    todo: "restore the folder from a backup; moved away, another one is made, and every device needs a new certificate",
  },
  {
    code: "broker-answer",
    means: "the broker role answers in a form that the api does not know",
    todo: "run the same version of all roles",
  },
  {
    code: "data-format",
    means: "`DATA_DIR` was written by a newer program, or its `plumeline.json` is damaged",
    todo: "start the newer program, or give this one another `DATA_DIR`",
  },
  {
    code: "evidence-write",
    means: "a file of evidence could not be written below `DATA_DIR/evidence`; nothing of it is kept",
    todo: "free disk space, check the permissions of the folder, and send the file again",
  },
  {
    code: "history-behind",
    means: "history fell behind while windows with late data were formed again",
    todo: "nothing: they are formed when it has caught up",
  },
  {
    code: "history-invalid",
    means: "`history.duckdb` is no DuckDB file, or one of another program or schema version",
    todo: "move the file away, or start the version that wrote it",
  },
  {
    code: "history-refused",
    means: "the history store will never take some of the points, e.g. because of a retention policy",
    todo: "read the hint; the frames stay in the journal, and ingest goes on behind them",
  },
  {
    code: "history-unavailable",
    means: "the history store does not answer, or not as expected",
    todo: "read the hint; ingest waits and goes on by itself when the store is back",
  },
  {
    code: "http-listen",
    means: "the api cannot listen on its address",
    todo: "free the port or change `HTTP_LISTEN`",
  },
  {
    code: "influxd-missing",
    means: "`--influx` was given and there is no `influxd` on the PATH",
    todo: "install it, or set `INFLUX_URL`, or leave `--influx` out",
  },
  {
    code: "influxd-owned",
    means: "another process looks after the private influxd of this data folder",
    todo: "nothing: this process uses the same server, and takes over when the other one ends",
  },
  {
    code: "ingest-locked",
    means: "another process runs ingest on this data folder",
    todo: "stop the other one, or give this one another `DATA_DIR`",
  },
  {
    code: "internal",
    means: "something happened that nobody thought of",
    todo: "the log has the whole of it: report it",
  },
  {
    code: "invalid-cursor",
    means: "the cursor of a page was not made by this service",
    todo: "pass `next` back unchanged, or begin anew without a cursor",
  },
  {
    code: "journal-busy",
    means: "more waits for the disk than may wait",
    todo: "the disk is too slow for what arrives; devices send again by themselves",
  },
  {
    code: "journal-full",
    means: "the journal has reached `JOURNAL_BYTES_MAX`, or cannot be written",
    todo: "make room or raise the bound; nothing is acknowledged until then",
  },
  {
    code: "journal-locked",
    means: "another process appends to the journal of this data folder",
    todo: "stop the other one, or give this one another `DATA_DIR`",
  },
  {
    code: "journal-stopped",
    means: "the journal stopped before the entry was on disk",
    todo: "it was not acknowledged: devices send it again",
  },
  {
    code: "link-away",
    means: "another role is not connected",
    todo: "in a split start: is its process running, with the same `DATA_DIR`?",
  },
  {
    code: "link-method",
    means: "another role does not know what it was asked",
    todo: "run the same version of every role",
  },
  {
    code: "link-timeout",
    means: "another role did not answer in time",
    todo: "look at its log; the api answers 503 meanwhile",
  },
  {
    code: "listen",
    means: "the broker cannot listen on one of its addresses",
    todo: "free the port or change the setting that the message names",
  },
  {
    code: "simulator-api",
    means: "the api refused what the simulator asked for",
    todo: "read the message: it has the api's own words",
  },
  {
    code: "simulator-credentials",
    means: "the api gave no credentials for a simulated site",
    todo: "report it",
  },
  {
    code: "simulator-password-file",
    means: "the simulator cannot read the file with the password",
    todo: "check `--password-file`",
  },
  {
    code: "simulator-sign-in",
    means: "the simulator could not sign in",
    todo: "check `--user` and the file of `--password-file`",
  },
  {
    code: "simulator-truth-file",
    means: "the simulator cannot write down what it injected",
    todo: "check the path given with `--truth`",
  },
  {
    code: "sink-stopped",
    means: "a store was away when ingest stopped",
    todo: "nothing: what it lacks is in the journal and is written after the next start",
  },
  {
    code: "state-cursor-behind",
    means: "a batch for the state store is older than what the store has",
    todo: "a mistake in the program, or a state file of another journal: do not mix data folders",
  },
  {
    code: "state-migration",
    means: "a SQLite file was written by a newer version, or could not be brought up to date",
    todo: "start that version, or restore a backup",
  },
  {
    code: "state-missing",
    means: "no state file appeared",
    todo: "start the ingest role first, with the same `DATA_DIR`",
  },
  {
    code: "state-not-started",
    means: "the state store was asked before it was opened",
    todo: "a mistake in the program: report it",
  },
  {
    code: "state-parameter",
    means: "a question to SQLite had a parameter of a kind that SQLite does not take",
    todo: "a mistake in the program: report it",
  },
  {
    code: "state-unavailable",
    means: "a SQLite file cannot be opened",
    todo: "check folder, permissions and free space; it may not lie on a network share",
  },
  {
    code: "state-write",
    means: "the state store did not take a batch",
    todo: "check free space and permissions; ingest tries again until it does",
  },
  {
    code: "stop-late",
    means: "the stores did not take everything in the time there is for stopping",
    todo: "nothing: what they lack is in the journal and is written after the next start",
  },
  {
    code: "tls-files",
    means: "a file of `TLS_CERT`, `TLS_KEY`, `TLS_CLIENT_CA` or `TLS_CLIENT_CRL` cannot be read or used",
    todo: "read the message; while the program runs, the files that it had go on being used",
  },
];
