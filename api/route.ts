// Route: one call of the api, declared once with its schemas. The same declaration parses what comes in, documents the
// call in /openapi.json, and says who may use it. Knows nothing of express or sockets.

import * as z from "zod";
import type { Role, User } from "#store/state/accounts.ts";
import { Problem } from "./problem.ts";

/** Who is calling: a person with a role, a device as its site, or nobody. */
export type Caller =
  | { readonly kind: "user"; readonly user: User; readonly token: string; readonly via: "bearer" | "cookie" }
  | { readonly kind: "device"; readonly site: string }
  | { readonly kind: "nobody" };

/** What a route may know of the request beside its parsed parts. */
export interface RequestFacts {
  readonly caller: Caller;
  readonly address: string;
  readonly secure: boolean;
  /** Header Idempotency-Key: the same one again is the same request again. */
  readonly idempotencyKey: string | null;
  /** The body exactly as received. */
  readonly bytes: Uint8Array;
  /** The same piece by piece, for routes that ask for it; throws Problem "body-too-large" at the bound. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Media type of the body without parameters, in small letters; "" when it is not named. */
  readonly mediaType: string;
}

export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | {
      readonly status: number;
      /** Pieces of a long answer are text, or its bytes in UTF-8. */
      readonly text: string | AsyncIterable<string | Uint8Array>;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

type Empty = z.ZodObject<Record<never, never>>;
const empty: Empty = z.object({});

export interface Call<P, Q, B> extends RequestFacts {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The signed-in person; throws "not-allowed" when it is a device. */
  readonly user: User;
}

export interface RouteSpec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: /api/v1/sites/{id} */
  readonly path: string;
  readonly summary: string;
  /** The least role that may call it, or "open". */
  readonly access: Role | "open";
  /** A device may call it too, with HTTP Basic, when the path's {id} is its own site. */
  readonly devices?: true;
  /** People of plants may call it too; what they see of it is cut to their own enterprise by `run`. */
  readonly enterprises?: true;
  readonly params?: P;
  readonly query?: Q;
  /** A JSON body of this form; without it the body, if any, is not looked at. */
  readonly body?: B;
  /** A body that is kept as it is, in `bytes`; the schema only documents it. */
  readonly rawBody?: z.ZodType;
  /** `rawBody` is not gathered in `bytes`: it comes in `pieces`, as long as it comes. */
  readonly inPieces?: true;
  /** Media types of `rawBody` besides JSON. */
  readonly rawTypes?: readonly string[];
  readonly bodyBytesMax?: number;
  readonly replies: Readonly<
    Record<number, { readonly says: string; readonly schema?: z.ZodType; readonly type?: string }>
  >;
  run(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Promise<Reply> | Reply;
}

export interface RawCall extends RequestFacts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
}

export interface Route extends Omit<
  RouteSpec<z.ZodObject, z.ZodObject, z.ZodType>,
  "run" | "params" | "query" | "body"
> {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly bodyBytesMax: number;
  run(call: RawCall): Promise<Reply>;
}

export const bodyBytesMaxDefault = 256 * 1024;

function describeIssues(error: z.ZodError, where: string): string {
  const lines = error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.join(".");
    return `${where}${path === "" ? "" : ` ${path}`}: ${issue.message}`;
  });
  const more = error.issues.length - lines.length;
  return lines.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function parsePart<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // A schema may name a narrower code than "invalid request", e.g. for a factor no table has.
  const [issue] = parsed.error.issues;
  const code = issue?.code === "custom" ? issue.params?.["problem"] : undefined;
  const detail = describeIssues(parsed.error, where);
  throw new Problem(code === "unknown-factor" || code === "unknown-city" ? code : "invalid-request", detail);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes → JSON value. Throws Problem "invalid-json". */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "not readable";
    throw new Problem("invalid-json", `the body is not JSON: ${why}`, { cause });
  }
}

function userOf(caller: Caller): User {
  if (caller.kind === "user") return caller.user;
  throw new Problem("not-allowed", "this call is for people, not for devices");
}

/** Declares a route; the schemas become the types of `run`'s argument. */
export function defineRoute<
  P extends z.ZodObject = Empty,
  Q extends z.ZodObject = Empty,
  B extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<P, Q, B>): Route {
  const { run, params, query, body, ...rest } = spec;
  return {
    ...rest,
    params: params ?? empty,
    query: query ?? empty,
    body: body ?? null,
    bodyBytesMax: spec.bodyBytesMax ?? bodyBytesMaxDefault,
    async run(raw) {
      return run({
        ...raw,
        params: parsePart(params ?? empty, raw.params, "path") as z.output<P>,
        query: parsePart(query ?? z.strictObject({}), raw.query, "query") as z.output<Q>,
        body: (body === undefined ? undefined : parsePart(body, parseJsonBytes(raw.bytes), "body")) as z.output<B>,
        get user() {
          return userOf(raw.caller);
        },
      });
    },
  };
}
