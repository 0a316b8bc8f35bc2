// Who is calling, and may they? Reads tokens, cookies and device credentials from headers. Pure but for the accounts it is
// given; never tells which half of a credential was wrong.

import type { IncomingHttpHeaders } from "node:http";
import type { Accounts, Role } from "#store/state/accounts.ts";
import { Problem } from "./problem.ts";
import type { Caller, Route } from "./route.ts";

export const sessionCookie = "plumeline_session";
const sessionSeconds = 7 * 86_400;

export function readCookie(headers: IncomingHttpHeaders, name: string): string | null {
  for (const part of (headers.cookie ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

/** Strict: another site's page can neither send it nor read it. */
export function formatSessionCookie(token: string, secure: boolean): string {
  const age = token === "" ? 0 : sessionSeconds;
  return `${sessionCookie}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

function readBasic(headers: IncomingHttpHeaders): { readonly site: string; readonly password: string } | null {
  const [scheme, value] = (headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic" || value === undefined) return null;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? null : { site: text.slice(0, colon), password: text.slice(colon + 1) };
}

function readBearer(headers: IncomingHttpHeaders): string | null {
  const [scheme, token] = (headers.authorization ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" && token !== undefined && token !== "" ? token : null;
}

const nobody: Caller = { kind: "nobody" };

/** The caller by what the headers carry; a header that proves nothing makes "nobody", whatever the cookie says. */
export function identifyCaller(headers: IncomingHttpHeaders, accounts: Accounts): Caller {
  const basic = readBasic(headers);
  if (basic !== null) {
    return accounts.verifyDevice(basic.site, basic.password) ? { kind: "device", site: basic.site } : nobody;
  }
  const bearer = readBearer(headers);
  const token = headers.authorization === undefined ? readCookie(headers, sessionCookie) : bearer;
  if (token === null || token === "") return nobody;
  const user = accounts.findSession(token);
  return user === null ? nobody : { kind: "user", user, token, via: bearer === null ? "cookie" : "bearer" };
}

/** The caller of a WebSocket: browsers cannot set headers there, so a token in the query counts too. */
export function identifyScreen(headers: IncomingHttpHeaders, query: URLSearchParams, accounts: Accounts): Caller {
  const token = query.get("token");
  if (token === null) return identifyCaller(headers, accounts);
  return identifyCaller({ authorization: `Bearer ${token}` }, accounts);
}

/** Does the request come from a page of this server, or from no page at all? */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

const rank: Readonly<Record<Role, number>> = { enterprise: -1, viewer: 0, operator: 1, admin: 2 };

export function isAtLeast(role: Role, least: Role): boolean {
  return rank[role] >= rank[least];
}

function requireRole(caller: Caller, role: Role): void {
  if (caller.kind !== "user") {
    const headers = { "www-authenticate": 'Bearer realm="plumeline"' };
    throw new Problem("not-signed-in", "this call needs a signed-in user", { headers });
  }
  if (rank[caller.user.role] < rank[role]) {
    throw new Problem(
      "not-allowed",
      `this call needs the role ${role}, ${caller.user.username} is ${caller.user.role}`,
    );
  }
}

/** Throws the Problem that keeps this caller out, if there is one. `siteId` is the {id} of the path. */
export function admit(route: Route, caller: Caller, headers: IncomingHttpHeaders, siteId: string | undefined): void {
  // A token in a header was put there on purpose; everything else a foreign page might have sent for its visitor.
  const writes = route.method !== "get";
  if (writes && headers.authorization === undefined && !isSameOrigin(headers)) {
    throw new Problem("foreign-origin", "a page of another origin may not write here");
  }
  if (route.access === "open") return;
  if (route.devices === true && caller.kind === "device") {
    if (caller.site === siteId) return;
    throw new Problem("not-allowed", `the device ${caller.site} may write for its own site only`);
  }
  if (route.enterprises === true && caller.kind === "user" && caller.user.role === "enterprise") return;
  requireRole(caller, route.access);
}
