// People of the running program: added by an administrator, with a password that is told once, and in the record. With a second
// administrator a limit that needs two persons comes into force.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "../harness/api-client.ts";
import { adminPassword, type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

const path = "/api/v1/users";

describe("people", () => {
  let system: RunningSystem;
  beforeAll(async () => {
    system = await startSystem({ env: { TWO_PERSON_LIMITS: "on" } });
  }, 60_000);
  afterAll(() => system.close());

  const add = (username: string, role: string) => system.api.call("POST", path, { username, role, reason: "on shift" });
  const passwordOf = async (username: string, role: string): Promise<string> => {
    const made = await add(username, role);
    expect([made.status, made.body["user"]]).toEqual([201, { username, displayName: username, role }]);
    return String(made.body["password"]);
  };

  it("are added with a password that signs in, are listed without it, and once only", async () => {
    const password = await passwordOf("li", "operator");
    const own = await signIn(system.addresses.http, "li", password);
    const all = await system.api.call("GET", path);
    const items = all.body["items"] as { username: string; role: string; signedInAt: string | null }[];
    expect(items.map(({ username, role }) => [username, role])).toEqual([
      ["admin", "admin"],
      ["li", "operator"],
    ]);
    expect(Date.parse(items[1]?.signedInAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(all.body)).not.toContain(password);
    for (const name of ["li", "Li", "LI"]) expect((await add(name, "admin")).body["code"]).toBe("user-exists");
    expect((await own.call("GET", path)).status).toBe(403);
    expect((await own.call("POST", path, { username: "me", role: "admin", reason: "x" })).status).toBe(403);
  });

  it("are not called like the system itself, and have a known role", async () => {
    for (const name of ["system", "rule", "Time"])
      expect([name, (await add(name, "admin")).status]).toEqual([name, 400]);
    expect((await add("a b", "admin")).status).toBe(400);
    expect((await add("zhao", "king")).status).toBe(400);
  });

  it("get another password, which ends their sessions, and all of it is in the audit without the password", async () => {
    const first = await passwordOf("sun", "viewer");
    const own = await signIn(system.addresses.http, "sun", first);
    const drawn = await system.api.call("POST", `${path}/sun/password`, { reason: "forgotten" });
    expect(drawn.status).toBe(200);
    expect((await own.call("GET", "/api/v1/session")).status).toBe(401);
    await signIn(system.addresses.http, "sun", String(drawn.body["password"]));
    expect((await system.api.call("POST", `${path}/nobody/password`, { reason: "x" })).body["code"]).toBe(
      "user-not-found",
    );
    const rows = await waitFor(
      "both rows of the audit",
      async () => {
        const audit = await system.api.call("GET", "/api/v1/audit?object=user:sun");
        const items = audit.body["items"] as { actor: string; detail: string }[];
        return items.length === 2 ? items : null;
      },
      { deadlineMs: 10_000 },
    );
    expect(rows.map(({ actor, detail }) => [actor, detail]).toSorted()).toEqual([
      ["admin", "password-drawn: forgotten"],
      ["admin", "person-added: viewer: on shift"],
    ]);
    expect(JSON.stringify(rows)).not.toContain(first);
  });

  it("get another role, name and enterprise; with other rights they sign in anew", async () => {
    const change = (name: string, body: object) =>
      system.api.call("PATCH", `${path}/${name}`, { reason: "moved", ...body });
    const own = await signIn(system.addresses.http, "qian", await passwordOf("qian", "viewer"));
    const renamed = await change("qian", { displayName: "钱" });
    expect(renamed.body).toEqual({ username: "qian", displayName: "钱", role: "viewer", disabled: false });
    expect((await own.call("GET", "/api/v1/session")).status).toBe(200);
    expect((await change("qian", { role: "operator" })).body).toMatchObject({ role: "operator" });
    expect((await own.call("GET", "/api/v1/session")).status).toBe(401);
    expect((await change("qian", { role: "enterprise" })).status).toBe(400);
    expect((await change("qian", { role: "enterprise", enterprise: "Steel One" })).body).toMatchObject({
      enterprise: "Steel One",
    });
    expect((await change("qian", { role: "viewer" })).body).not.toHaveProperty("enterprise");
    expect((await change("qian", { enterprise: "Steel One" })).status).toBe(400);
    expect((await change("qian", { role: "operator", enterprise: "Steel One" })).status).toBe(400);
    expect((await change("qian", {})).status).toBe(400);
    expect((await change("nobody", { role: "viewer" })).body["code"]).toBe("user-not-found");
    expect((await change("simulator", { disabled: true })).body["code"]).toBe("user-not-found");
    const audit = await system.api.call("GET", "/api/v1/audit?object=user:qian");
    expect(JSON.stringify(audit.body)).toContain("person-changed: displayName 钱: moved");
    // What was refused did not happen, and the record does not say that it did.
    expect(JSON.stringify(audit.body)).not.toContain("role operator, enterprise");
    expect(JSON.stringify(audit.body).match(/person-changed/g)).toHaveLength(4);
  });

  it("who have left may not sign in, and may again; the last administrator always may", async () => {
    const change = (body: object, name = "zhou") =>
      system.api.call("PATCH", `${path}/${name}`, { reason: "left", ...body });
    const password = await passwordOf("zhou", "admin");
    const own = await signIn(system.addresses.http, "zhou", password);
    expect((await own.call("PATCH", `${path}/admin`, { disabled: true, reason: "x" })).status).toBe(200);
    // Now zhou is the only one.
    for (const body of [{ disabled: true }, { role: "operator" }]) {
      const refused = await own.call("PATCH", `${path}/zhou`, { reason: "x", ...body });
      expect([refused.status, refused.body["code"]]).toEqual([409, "last-admin"]);
    }
    expect((await system.api.call("GET", path)).status).toBe(401);
    expect((await own.call("PATCH", `${path}/admin`, { disabled: false, reason: "back" })).status).toBe(200);
    const admin = await signIn(system.addresses.http, "admin", adminPassword);
    Object.assign(system, { api: admin });
    expect((await change({ disabled: true })).body).toMatchObject({ disabled: true });
    expect((await own.call("GET", path)).status).toBe(401);
    await expect(signIn(system.addresses.http, "zhou", password)).rejects.toThrow("wrong-password");
    const listed = (await admin.call("GET", path)).body["items"] as { username: string; disabled: boolean }[];
    expect(listed.find(({ username }) => username === "zhou")?.disabled).toBe(true);
    expect((await change({ disabled: false })).status).toBe(200);
    await signIn(system.addresses.http, "zhou", password);
  });

  it("who are two administrators bring a limit into force that one of them cannot", async () => {
    await system.api.createSite("W-1");
    const limit = { site: "W-1", factor: "w01018", basis: "day", max: 41, from: 0, reason: "permit" };
    const draft = await system.api.call("POST", "/api/v1/limits", limit);
    expect([draft.status, draft.body["status"]]).toEqual([202, "draft"]);
    const change = `/api/v1/limit-changes/${String(draft.body["change"])}/approve`;
    expect((await system.api.call("POST", change, { reason: "seen" })).body["code"]).toBe("second-person-needed");
    const second = await signIn(system.addresses.http, "wang", await passwordOf("wang", "admin"));
    expect((await second.call("POST", change, { reason: "seen" })).status).toBe(200);
    const limits = await system.api.call("GET", "/api/v1/limits?site=W-1&factor=w01018");
    expect(limits.body["items"]).toEqual([expect.objectContaining({ max: 41, by: "admin" })]);
  });
});
