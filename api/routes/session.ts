// Signing in and out: by password for people and programs, by a one-time link for the first look.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import type { Accounts, User } from "#store/state/accounts.ts";
import { formatSessionCookie } from "../auth.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { createThrottle } from "../throttle.ts";

const path = "/api/v1/session";
const failuresPerMinute = 5;
/** Every check costs scrypt: one address trying many names is stopped too. */
const failuresPerAddress = 60;

/** One after the other for each key: what is counted is failures, and a crowd of good sign-ins is no attack. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}

const signInBefore = z
  .object({ at: shapes.isoTime, address: z.string() })
  .nullable()
  .meta({ description: "the sign-in before this one, for the person to recognize; null when there was none" });

function describeSignIn(accounts: Accounts, username: string): z.output<typeof signInBefore> {
  const before = accounts.signInBefore(username);
  return before === null ? null : { at: formatIso(before.at), address: before.address };
}

/** Passwords as they are tried: by name and address, one after the other, with an end to guessing. */
export type PasswordCheck = (username: string, password: string, address: string) => Promise<User>;

export function createPasswordCheck({ accounts, now }: Pick<Rooms, "accounts" | "now">): PasswordCheck {
  const byName = createThrottle({ attemptsPerMinute: failuresPerMinute });
  const byAddress = createThrottle({ attemptsPerMinute: failuresPerAddress });
  const inTurn = createTurns();

  async function check(username: string, password: string, address: string): Promise<User> {
    const key = `${username}\n${address}`;
    const waitMs = Math.max(byName.begin(key, now()), byAddress.begin(address, now()));
    if (waitMs > 0) {
      const headers = { "retry-after": String(Math.ceil(waitMs / 1000)) };
      throw new Problem("too-many-attempts", "too many failed attempts to sign in", { headers });
    }
    const user = await accounts.checkLogin(username, password);
    if (user === null) throw new Problem("wrong-password", "the user name or the password is wrong");
    byName.forgive(key);
    byAddress.forgive(address);
    return user;
  }

  return (username, password, address) => inTurn(`${username}\n${address}`, () => check(username, password, address));
}

export function signIn({ accounts }: Rooms, check: PasswordCheck): Route {
  return defineRoute({
    method: "post",
    path,
    summary: "Sign in; the token also comes as an HttpOnly cookie",
    access: "open",
    body: z.strictObject({ username: z.string().max(200), password: z.string().max(1000) }),
    replies: {
      200: {
        says: "signed in",
        schema: z.object({ token: z.string(), expiresAt: shapes.isoTime, user: shapes.user, lastSignIn: signInBefore }),
      },
    },
    async run({ body, address, secure }) {
      const { username, password } = body;
      const user = await check(username, password, address);
      const { token, expiresAt } = accounts.openSession(user.username);
      accounts.noteSignIn(user.username, address);
      const lastSignIn = describeSignIn(accounts, user.username);
      const headers = { "set-cookie": formatSessionCookie(token, secure) };
      return { status: 200, headers, body: { token, expiresAt: formatIso(expiresAt), user, lastSignIn } };
    },
  });
}

export function showSession({ accounts }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Who is signed in",
    access: "viewer",
    enterprises: true,
    replies: { 200: { says: "the user", schema: z.object({ user: shapes.user, lastSignIn: signInBefore }) } },
    run({ user, caller, secure }) {
      // Being used keeps a session alive; the browser's copy must not end before it.
      const kept = caller.kind === "user" && caller.via === "cookie";
      const headers = kept ? { "set-cookie": formatSessionCookie(caller.token, secure) } : {};
      return { status: 200, headers, body: { user, lastSignIn: describeSignIn(accounts, user.username) } };
    },
  });
}

export function signOut({ accounts }: Rooms): Route {
  return defineRoute({
    method: "delete",
    path,
    summary: "Sign out: the token is worth nothing from now on",
    access: "viewer",
    enterprises: true,
    replies: { 204: { says: "signed out" } },
    run({ caller, secure }) {
      if (caller.kind === "user") accounts.closeSession(caller.token);
      return { status: 204, headers: { "set-cookie": formatSessionCookie("", secure) } };
    },
  });
}

/** Long enough that nobody guesses it; what it is made of is the person's own business [NIST SP 800-63B 5.1.1.2]. */
const passwordCharsMin = 10;

export function changePassword({ accounts, log }: Rooms, check: PasswordCheck): Route {
  return defineRoute({
    method: "post",
    path: `${path}/password`,
    summary: "Change one's own password; all other sessions of this person end",
    access: "viewer",
    enterprises: true,
    body: z.strictObject({
      current: z.string().max(1000),
      password: z.string().min(passwordCharsMin).max(1000),
    }),
    replies: {
      200: { says: "changed; a new token", schema: z.object({ token: z.string(), expiresAt: shapes.isoTime }) },
    },
    async run({ body, user, address, secure }) {
      await check(user.username, body.current, address).catch((error: unknown) => {
        // The caller is signed in and stays so: this is no 401.
        if (!(error instanceof Problem) || error.code !== "wrong-password") throw error;
        throw new Problem("wrong-current-password", "the password that counts now is another one");
      });
      await accounts.putUser(user, body.password);
      log.info({ user: user.username, address }, "a password was changed");
      const { token, expiresAt } = accounts.openSession(user.username);
      const headers = { "set-cookie": formatSessionCookie(token, secure) };
      return { status: 200, headers, body: { token, expiresAt: formatIso(expiresAt) } };
    },
  });
}

const usedPage = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>链接已失效 · Link no longer valid</title>
<body style="font-family: system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem; line-height: 1.6">
<h1 style="font-size: 1.4rem">此登录链接已失效</h1>
<p>一次性登录链接只能使用一次，有效期为一天。请<a href="/">用密码登录</a>，或请管理员重新生成链接。</p>
<h2 style="font-size: 1.2rem" lang="en">This sign-in link is no longer valid</h2>
<p lang="en">A one-time link works once and for one day. <a href="/">Sign in with a password</a>, or ask an administrator for a new link.</p>
</body></html>
`;

export function redeemLink({ accounts }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/sign-in/{token}",
    summary: "One-time sign-in link: sets the cookie and leads to the dashboard",
    access: "open",
    params: z.object({ token: z.string().max(200) }),
    replies: { 303: { says: "signed in, on to the dashboard" }, 410: { says: "used or expired", type: "text/html" } },
    run({ params, secure, address }) {
      const user = accounts.redeemLink(params.token);
      if (user === null) return { status: 410, text: usedPage, type: "text/html; charset=utf-8" };
      const { token } = accounts.openSession(user.username);
      accounts.noteSignIn(user.username, address);
      return { status: 303, headers: { location: "/", "set-cookie": formatSessionCookie(token, secure) } };
    },
  });
}
