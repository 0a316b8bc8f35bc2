// Signing in, roles, and what a foreign page or a stranger may do: nothing.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { password, siteBody, startApi, type Running } from "./api-harness.ts";

let api: Running;
beforeAll(async () => {
  api = await startApi();
  await api.accounts.putUser({ username: "wang", displayName: "王值班", role: "operator" }, "operator password");
  await api.accounts.putUser({ username: "li", displayName: "李", role: "viewer" }, "viewer password");
});
afterAll(() => api.stop());

describe("signing in", () => {
  it("gives a token and an HttpOnly cookie, and both work until signing out", async () => {
    const body = { username: "wang", password: "operator password" };
    const reply = await api.call("POST", "/api/v1/session", { body, token: "" });
    const cookie = reply.headers.get("set-cookie") ?? "";
    expect(reply.body).toMatchObject({ user: { username: "wang", displayName: "王值班", role: "operator" } });
    expect(cookie).toMatch(/^plumeline_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    expect((await api.call("GET", "/api/v1/session", { token: "", headers })).body).toMatchObject({
      user: { username: "wang" },
    });
    const out = await api.call("DELETE", "/api/v1/session", { token: "", headers });
    expect([out.status, out.headers.get("set-cookie")?.includes("Max-Age=0")]).toEqual([204, true]);
    expect((await api.call("GET", "/api/v1/session", { token: "", headers })).status).toBe(401);
  });

  it("is needed for everything but signing in, and the refusal is a problem with an id", async () => {
    for (const path of [
      "/api/v1/session",
      "/api/v1/sites",
      "/api/v1/bootstrap",
      "/api/v1/history?site=S1",
      "/api/v1/ledger",
    ]) {
      const reply = await api.call("GET", path, { token: "" });
      expect(reply.status).toBe(401);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(reply.body).toMatchObject({ type: "about:blank", code: "not-signed-in", status: 401 });
      expect(reply.body["requestId"]).toBe(reply.headers.get("x-request-id"));
    }
    expect((await api.call("GET", "/api/v1/sites", { token: "nonsense" })).status).toBe(401);
  });

  it("is throttled after five failures in a minute, for this name from this address", async () => {
    const attempt = (username: string, secret: string) =>
      api.call("POST", "/api/v1/session", { body: { username, password: secret }, token: "" });
    for (let n = 0; n < 5; n += 1) expect((await attempt("li", "wrong")).body["code"]).toBe("wrong-password");
    const late = await attempt("li", "viewer password");
    expect([late.status, late.body["code"]]).toEqual([429, "too-many-attempts"]);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await attempt("admin", password)).status).toBe(200);
    api.clock.offsetMs += 61_000;
    expect((await attempt("li", "viewer password")).status).toBe(200);
  });

  it("is not throttled for many good sign-ins at once, but for many wrong ones at once", async () => {
    const attempts = (secret: string) =>
      Promise.all(
        Array.from({ length: 12 }, () =>
          api.call("POST", "/api/v1/session", { body: { username: "wang", password: secret }, token: "" }),
        ),
      );
    expect((await attempts("operator password")).map((reply) => reply.status)).toEqual(Array(12).fill(200));
    const wrong = (await attempts("guess")).map((reply) => reply.status);
    expect([wrong.filter((status) => status === 401).length, wrong.filter((status) => status === 429).length]).toEqual([
      5, 7,
    ]);
    api.clock.offsetMs += 61_000;
  });

  it("tells when and from where the same person signed in before, by password or by link", async () => {
    await api.accounts.putUser({ username: "zhao", displayName: "赵", role: "operator" }, "zhao password");
    const signIn = () =>
      api.call("POST", "/api/v1/session", { body: { username: "zhao", password: "zhao password" }, token: "" });
    expect((await signIn()).body["lastSignIn"]).toBeNull();
    const link = await api.call("GET", `/sign-in/${api.accounts.createLink("zhao")}`, { token: "" });
    const headers = { cookie: (link.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
    const seen = await api.call("GET", "/api/v1/session", { token: "", headers });
    expect(seen.body["lastSignIn"]).toMatchObject({ address: expect.stringContaining("127.0.0.1") });
    api.clock.offsetMs += 5_000;
    const linkAt = Date.now() + api.clock.offsetMs - 5_000;
    const { at } = (await signIn()).body["lastSignIn"] as { readonly at: string };
    expect(Math.abs(Date.parse(at) - linkAt)).toBeLessThan(4_000);
  });

  it("works by a one-time link, once", async () => {
    const link = `/sign-in/${api.accounts.createLink("admin")}`;
    const first = await api.call("GET", link, { token: "" });
    expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
    const headers = { cookie: (first.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
    expect((await api.call("GET", "/api/v1/session", { token: "", headers })).status).toBe(200);
    const second = await api.call("GET", link, { token: "" });
    expect([second.status, second.headers.get("content-type")]).toEqual([410, "text/html; charset=utf-8"]);
    expect(second.text).toContain("此登录链接已失效");
    expect(second.text).toContain("no longer valid");
  });
});

describe("roles", () => {
  it("a viewer reads, an operator also acknowledges, an administrator also changes the registry", async () => {
    const viewer = await api.signIn("li", "viewer password");
    const operator = await api.signIn("wang", "operator password");
    expect((await api.call("GET", "/api/v1/sites", { token: viewer })).status).toBe(200);
    const ack = { body: { expectedVersion: 1 } };
    expect((await api.call("POST", "/api/v1/alarms/none/ack", { ...ack, token: viewer })).status).toBe(403);
    expect((await api.call("POST", "/api/v1/alarms/none/ack", { ...ack, token: operator })).status).toBe(404);
    const register = await api.call("POST", "/api/v1/sites", { body: siteBody, token: operator });
    expect([register.status, register.body["code"]]).toEqual([403, "not-allowed"]);
    expect((await api.call("POST", "/api/v1/sites", { body: siteBody })).status).toBe(201);
  });
});

describe("a page of another origin", () => {
  it("may not write with the visitor's cookie", async () => {
    const cookie = `plumeline_session=${api.token}`;
    const attempt = (headers: Record<string, string>) =>
      api.call("POST", "/api/v1/sites/S1/credentials", { token: "", headers: { cookie, ...headers } });
    expect((await attempt({ origin: "https://evil.example" })).body["code"]).toBe("foreign-origin");
    expect((await attempt({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await attempt({ origin: `http://${api.address}` })).status).toBe(201);
    expect((await attempt({ "sec-fetch-site": "same-origin" })).status).toBe(201);
    const body = { username: "admin", password };
    const forced = await api.call("POST", "/api/v1/session", {
      token: "",
      body,
      headers: { origin: "https://evil.example" },
    });
    expect(forced.status).toBe(403);
  });

  it("every answer forbids to be framed, sniffed or scripted from elsewhere", async () => {
    const { headers } = await api.call("GET", "/healthz", { token: "" });
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

describe("changing one's own password", () => {
  it("needs the current one, ends all other sessions of this person, and keeps this one going", async () => {
    await api.accounts.putUser({ username: "zhao", displayName: "赵", role: "viewer" }, "the first password");
    const signIn = (secret: string) =>
      api.call("POST", "/api/v1/session", { body: { username: "zhao", password: secret }, token: "" });
    const here = String((await signIn("the first password")).body["token"]);
    const elsewhere = String((await signIn("the first password")).body["token"]);
    const change = (current: string, secret: string) =>
      api.call("POST", "/api/v1/session/password", { body: { current, password: secret }, token: here });
    expect((await change("wrong", "a second password")).body["code"]).toBe("wrong-current-password");
    expect((await change("the first password", "short")).status).toBe(400);
    const changed = await change("the first password", "a second password");
    expect(changed.status).toBe(200);
    expect(changed.headers.get("set-cookie")).toContain("plumeline_session=");
    const next = String(changed.body["token"]);
    const statusOf = async (token: string) => (await api.call("GET", "/api/v1/session", { token })).status;
    expect([await statusOf(next), await statusOf(here), await statusOf(elsewhere)]).toEqual([200, 401, 401]);
    expect((await signIn("the first password")).status).toBe(401);
    expect((await signIn("a second password")).status).toBe(200);
  });
});
