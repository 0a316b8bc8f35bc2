// Problem: what the api answers when it cannot do what was asked, as RFC 9457 problem details. The list of codes is closed;
// clients decide by the code, people read title, detail and hint. Nothing of the inside (stack, path) ever leaves.

import { Failure } from "#domain/failure.ts";

export const problems = {
  "invalid-request": { status: 400, title: "invalid request", hint: "see /openapi.json for the expected form" },
  "invalid-json": { status: 400, title: "invalid JSON", hint: "send one JSON object or array, encoded as UTF-8" },
  "unreadable-table": { status: 400, title: "unreadable table", hint: "take the template as a pattern" },
  "invalid-cursor": { status: 400, title: "invalid cursor", hint: "pass back `next` unchanged, or leave it out" },
  "unknown-factor": { status: 400, title: "unknown factor", hint: "GET /api/v1/factors lists the codes" },
  "unknown-city": { status: 400, title: "unknown city", hint: "GET /api/v1/cities lists the codes" },
  "invalid-csr": {
    status: 400,
    title: "invalid certification request",
    hint: "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout device.key -subj /CN=SITE",
  },
  "unknown-site": { status: 400, title: "unknown site", hint: "register it first with POST /api/v1/sites" },
  "not-signed-in": { status: 401, title: "not signed in", hint: "POST /api/v1/session gives a token" },
  "wrong-code": {
    status: 401,
    title: "wrong code",
    hint: "a code is good once and for a while: let an administrator make another one",
  },
  "wrong-password": {
    status: 401,
    title: "wrong user name or password",
    hint: "check both; after five failures wait a minute",
  },
  "wrong-current-password": {
    status: 422,
    title: "the current password is wrong",
    hint: "nothing was changed: type the password you sign in with now",
  },
  "not-allowed": { status: 403, title: "not allowed", hint: "ask an administrator for the role this needs" },
  "foreign-origin": {
    status: 403,
    title: "request from a foreign page",
    hint: "use a bearer token outside the dashboard",
  },
  "not-found": { status: 404, title: "no such page", hint: "see /openapi.json for what there is" },
  "site-not-found": { status: 404, title: "no such site", hint: "GET /api/v1/sites lists the sites" },
  "alarm-not-found": { status: 404, title: "no such alarm", hint: "GET /api/v1/alarms lists the alarms" },
  "definition-not-found": {
    status: 404,
    title: "no such definition",
    hint: "GET /api/v1/alarm-definitions lists them",
  },
  "out-of-service-not-found": {
    status: 404,
    title: "nothing such is out of service",
    hint: "GET /api/v1/out-of-service lists it",
  },
  "exceedance-not-found": {
    status: 404,
    title: "no such exceedance",
    hint: "GET /api/v1/exceedances lists them",
  },
  "raw-frame-not-found": {
    status: 404,
    title: "no such frame",
    hint: "the explanation of an exceedance names the frames that it rests on",
  },
  "raw-frame-removed": {
    status: 410,
    title: "the frame is kept no longer",
    hint: "it is older than the archive of this machine: look for it in a backup",
  },
  "case-not-found": { status: 404, title: "no such case", hint: "GET /api/v1/cases lists them" },
  "evidence-not-found": { status: 404, title: "no such evidence", hint: "the case lists its evidence" },
  "hint-not-found": { status: 404, title: "no such hint", hint: "GET /api/v1/hints lists the hints" },
  "notice-not-found": { status: 404, title: "no such notice", hint: "GET /api/v1/notices lists them" },
  "notice-rule-not-found": {
    status: 404,
    title: "no such policy, calendar, channel or contact",
    hint: "the list of its kind, e.g. GET /api/v1/notices/policies, shows what there is",
  },
  "user-not-found": { status: 404, title: "no such person", hint: "GET /api/v1/users lists who may sign in" },
  "mark-not-found": { status: 404, title: "no such mark", hint: "GET /api/v1/marks lists the marks" },
  "shift-not-found": { status: 404, title: "no such shift", hint: "GET /api/v1/shifts lists them" },
  "limit-not-found": { status: 404, title: "no such limit", hint: "GET /api/v1/limits lists the limits" },
  "limit-change-not-found": {
    status: 404,
    title: "no such proposal",
    hint: "GET /api/v1/limit-changes lists them",
  },
  "certificate-not-found": {
    status: 404,
    title: "no such certificate",
    hint: "GET /api/v1/sites/{id}/certificates lists them",
  },
  "frame-not-found": { status: 404, title: "no such refused frame", hint: "GET /api/v1/quarantine lists them" },
  "dashboard-missing": {
    status: 404,
    title: "the dashboard is not built",
    hint: "build the dashboard, then reload this page",
  },
  "request-not-found": { status: 404, title: "no such request", hint: "GET /api/v1/requests lists them" },
  "import-not-found": { status: 404, title: "no such import", hint: "the last imports since the start are known" },
  "site-exists": { status: 409, title: "the site exists", hint: "change it with PATCH /api/v1/sites/{id}" },
  "mn-taken": { status: 409, title: "the logger belongs to another site", hint: "a logger (MN) reports for one site" },
  "edge-node-taken": {
    status: 409,
    title: "the edge node belongs to another site",
    hint: "an edge node of Sparkplug B reports for one site",
  },
  "too-many-certificates": {
    status: 409,
    title: "too many certificates",
    hint: "revoke those that are not used any more",
  },
  "import-changed": {
    status: 409,
    title: "not what was looked at",
    hint: "make a dry run again and look at what has changed",
  },
  "import-running": { status: 409, title: "an import is running", hint: "wait until it has ended" },
  "sheet-outdated": { status: 409, title: "the sheet is out of date", hint: "look at the sheet again, then sign it" },
  "preview-running": { status: 409, title: "a preview is being made", hint: "wait until it has ended" },
  "backtest-running": { status: 409, title: "a back-test is running", hint: "wait until yours has ended" },
  "case-exists": {
    status: 409,
    title: "a case points at it already",
    hint: "go on with that case: `current` shows it",
  },
  "last-admin": {
    status: 409,
    title: "the last administrator",
    hint: "make another person an administrator first",
  },
  "user-exists": { status: 409, title: "the name is taken", hint: "GET /api/v1/users lists who may sign in" },
  "second-person-needed": {
    status: 409,
    title: "a second person is needed",
    hint: "another administrator than its author approves a limit",
  },
  "stale-version": { status: 409, title: "the object has changed", hint: "look at `current` and decide again" },
  "body-too-large": { status: 413, title: "body too large", hint: "send less at once" },
  "unsupported-encoding": {
    status: 415,
    title: "unsupported content encoding",
    hint: "send the body as it is, not compressed",
  },
  "media-type-refused": {
    status: 415,
    title: "no evidence of this kind is taken",
    hint: "send a photo, a film, a recording, a PDF, text or a table, with its media type",
  },
  "illegal-move": { status: 422, title: "not possible in this state", hint: "look at `current`" },
  "second-person-refused": {
    status: 422,
    title: "the second person did not agree",
    hint: "another operator than the one who is signed in gives name and password",
  },
  "key-reused": {
    status: 422,
    title: "the key belongs to another request",
    hint: "draw a new Idempotency-Key for every new request",
  },
  "invalid-definitions": {
    status: 422,
    title: "definitions that cannot be taken",
    hint: "`problems` lists each of them, with its line where there is one",
  },
  "too-many-rows": {
    status: 422,
    title: "more rows than one sheet takes",
    hint: "ask for a shorter time, or take CSV",
  },
  "too-many-attempts": { status: 429, title: "too many attempts", hint: "wait as long as Retry-After says" },
  "too-many-readings": {
    status: 429,
    title: "too many frames",
    hint: "send several readings in one frame, or slow down",
  },
  "evidence-damaged": {
    status: 500,
    title: "the evidence is not what was captured",
    hint: "the file below DATA_DIR/evidence was changed or lost: bring it back from a backup",
  },
  internal: { status: 500, title: "internal error", hint: "give the requestId to the person who runs this system" },
  "format-not-built": { status: 501, title: "format not built", hint: "json, csv, ndjson and xlsx are there" },
  "journal-unavailable": {
    status: 503,
    title: "the journal does not answer",
    hint: "nothing was accepted: send it again",
  },
  "not-applied-yet": {
    status: 503,
    title: "not applied yet",
    hint: "it is safely journaled and will be applied: do not repeat it",
  },
  "store-unavailable": { status: 503, title: "a store does not answer", hint: "try again" },
  "not-ready": { status: 503, title: "not ready", hint: "look at `parts`" },
  "too-many-clients": { status: 503, title: "too many live connections", hint: "close some screens" },
} as const;

export type ProblemCode = keyof typeof problems;

/** Extra members, e.g. `current` of a conflict. */
export type ProblemExtra = Readonly<Record<string, unknown>>;

export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly extra: ProblemExtra;
  readonly headers: Readonly<Record<string, string>>;
  readonly hint: string;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { extra?: ProblemExtra; headers?: Readonly<Record<string, string>>; hint?: string; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
    this.hint = options.hint ?? problems[code].hint;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

export interface ProblemDetails extends ProblemExtra {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly hint: string;
  readonly requestId: string;
}

export function formatProblem(problem: Problem, requestId: string): ProblemDetails {
  const { status, title } = problems[problem.code];
  const { code, message: detail, hint, extra } = problem;
  return { ...extra, type: "about:blank", title, status, code, detail, hint, requestId };
}

/** Failures whose text is meant for the caller; everything else is told without its inside. */
function ofFailure(failure: Failure): Problem {
  if (failure.code === "invalid-cursor") return new Problem("invalid-cursor", failure.message, { cause: failure });
  if (!failure.retryable) return new Problem("internal", "something went wrong inside", { cause: failure });
  const hint = failure.hint === "" ? {} : { hint: failure.hint };
  return new Problem("store-unavailable", failure.message, {
    ...hint,
    headers: { "retry-after": "5" },
    cause: failure,
  });
}

/** Anything thrown → a Problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Failure) return ofFailure(error);
  return new Problem("internal", "something went wrong inside", { cause: error });
}
