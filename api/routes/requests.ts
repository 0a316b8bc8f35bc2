// Requests to devices: asking a logger or a device for something, and the record of what came of it. The api only writes the
// decision into the journal; the carrier (request-carrier.ts) brings it to the broker.

import * as z from "zod";
import { type DeviceRequest, requestOrigins, requestStates, type RequestDraft } from "#domain/device-request.ts";
import { buildRequest, findCommand, formatQn, formatStamp, listRequestForms } from "#domain/hj212/hj212.ts";
import { minuteMs } from "#domain/time.ts";
import { byteOrderMark, formatCsvLine } from "../export/csv.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findSite } from "./sites.ts";

const path = "/api/v1/requests";
const int = z.number().int();
const values = z.record(z.string().max(64), z.string().max(200));
const validMinutesDefault = 60;
const validMinutesMax = 7 * 24 * 60;

/** HJ 212 requests that change a logger or an instrument for good: a decision of whoever is responsible for it. */
const changing: ReadonlySet<string> = new Set([
  "1000",
  "1002",
  "1012",
  "1014",
  "1062",
  "1064",
  "1072",
  "2012",
  "2022",
  "3016",
  "3021",
]);

const secretSettings: ReadonlySet<string> = new Set(["NewPW", "NewSK"]);

const request = z
  .object({
    id: z.string(),
    site: z.string(),
    protocol: z.enum(["hj212", "mqtt"]),
    command: z.string().meta({ description: "hj212: the CN; mqtt: the word that was sent" }),
    name: z.string().nullable(),
    settings: values,
    origin: z.enum(requestOrigins).meta({ description: "person, or what the centre asks for by itself" }),
    actor: z.string(),
    reason: z.string(),
    state: z.enum(requestStates),
    attempts: int,
    detail: z.string(),
    answer: z.record(z.string(), z.string()).nullable(),
    createdAt: shapes.isoTime,
    validUntil: shapes.isoTime,
    changedAt: shapes.isoTime,
    version: int,
  })
  .meta({ id: "DeviceRequest" });

function formatRequest(each: DeviceRequest): z.output<typeof request> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { createdAt, validUntil, changedAt, ...rest } = each;
  const name = each.protocol === "hj212" ? (findCommand(each.command)?.name ?? null) : null;
  const times = { createdAt: iso(createdAt), validUntil: iso(validUntil), changedAt: iso(changedAt) };
  return { ...rest, settings: maskSettings(rest.settings), answer: rest.answer && { ...rest.answer }, name, ...times };
}

/** A new password or key is told to the logger and to nobody else. */
function maskSettings(settings: Readonly<Record<string, string>>): Record<string, string> {
  const shown = Object.entries(settings).map(([key, value]) => [key, secretSettings.has(key) ? "••••••" : value]);
  return Object.fromEntries(shown) as Record<string, string>;
}

const csvColumns = [
  "id",
  "site",
  "protocol",
  "command",
  "name",
  "settings",
  "origin",
  "actor",
  "reason",
  "state",
  "attempts",
  "detail",
  "answer",
  "createdAt",
  "validUntil",
  "changedAt",
] as const;
const csvRowsMax = 10_000;

function formatCsv(items: readonly DeviceRequest[]): string {
  const lines = items.map((each) => {
    const row = formatRequest(each);
    return formatCsvLine(
      csvColumns.map((column) => {
        const value = row[column];
        return value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
      }),
    );
  });
  return byteOrderMark + formatCsvLine(csvColumns) + lines.join("");
}

export function listRequests(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Requests to devices and what came of them, newest first",
    access: "viewer",
    query: z.strictObject({
      site: z.string().max(64).optional(),
      state: z.enum(requestStates).optional(),
      origin: z.enum(requestOrigins).optional(),
      from: shapes.time.optional().meta({ description: "made from" }),
      to: shapes.time.optional().meta({ description: "made before" }),
      format: z.enum(["json", "csv"]).default("json"),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: `a page of them; CSV: the newest ${csvRowsMax}`, schema: shapes.page(request) } },
    async run({ query }) {
      const { limit, cursor, format, state, ...rest } = query;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const filter = { ...given, ...(state === undefined ? {} : { states: [state] }) };
      if (format === "csv") {
        const { items } = await rooms.state.requests({ ...filter, limit: csvRowsMax });
        const headers = { "content-disposition": 'attachment; filename="plumeline-requests.csv"' };
        return { status: 200, type: "text/csv; charset=utf-8; header=present", headers, text: [formatCsv(items)] };
      }
      const at = cursor === undefined ? {} : { cursor };
      const page = await rooms.state.requests({ ...filter, ...at, limit });
      return { status: 200, body: { ...page, items: page.items.map(formatRequest) } };
    },
  });
}

const idParams = z.object({ id: z.string().max(64) });

async function findRequest({ state }: Rooms, id: string): Promise<DeviceRequest> {
  const found = await state.request(id);
  if (found === null) throw new Problem("request-not-found", `there is no request ${id}`);
  return found;
}

export function showRequest(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One request to a device",
    access: "viewer",
    params: idParams,
    replies: { 200: { says: "the request as it is now", schema: request } },
    run: async ({ params }) => ({ status: 200, body: formatRequest(await findRequest(rooms, params.id)) }),
  });
}

const form = z
  .object({
    cn: z.string(),
    name: z.string(),
    changes: z.boolean().meta({ description: "true: only an administrator may ask for it" }),
    settings: z.array(z.object({ key: z.string(), needed: z.boolean(), wanted: z.string() })),
  })
  .meta({ id: "RequestForm" });

export function listRequestCommands(): Route {
  return defineRoute({
    method: "get",
    path: `${path}/commands`,
    summary: "What an HJ 212 logger can be asked for, with the settings of each request",
    access: "viewer",
    replies: { 200: { says: "all of them", schema: z.object({ items: z.array(form) }) } },
    run() {
      const items = listRequestForms().map((each) => ({
        ...each,
        settings: [...each.settings],
        changes: changing.has(each.cn),
      }));
      return { status: 200, body: { items } };
    },
  });
}

/** The time that is set is that of the sending; for the check any will do. */
function findFaults(command: string, settings: Readonly<Record<string, string>>, now: number): readonly string[] {
  const address = { mn: "0", pw: "", st: "32", qn: formatQn(now), edition: "2017" } as const;
  const checked =
    command === "1012" && settings["SystemTime"] === undefined
      ? { ...settings, SystemTime: formatStamp(now) }
      : settings;
  const built = buildRequest(command, address, checked);
  return built.ok ? [] : built.problems;
}

export function createRequest(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: "/api/v1/sites/{id}/requests",
    summary: "Ask the site's device for something",
    access: "operator",
    params: z.object({ id: shapes.siteId }),
    body: z.strictObject({
      protocol: z.enum(["hj212", "mqtt"]).default("hj212"),
      command: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
      settings: values.default({}),
      reason: shapes.text,
      validMinutes: int.min(1).max(validMinutesMax).default(validMinutesDefault),
    }),
    replies: { 201: { says: "recorded; it goes to the device when that is there", schema: request } },
    async run({ params, body, user }) {
      const site = findSite(rooms, params.id);
      const { protocol, command, settings, reason, validMinutes } = body;
      const at = rooms.now();
      if (protocol === "hj212") {
        if (site.mn === null) throw new Problem("invalid-request", `${site.id} has no HJ 212 logger (mn)`);
        const faults = findFaults(command, settings, at);
        if (faults.length > 0) throw new Problem("invalid-request", faults.join("; "), { extra: { faults } });
        if (changing.has(command) && user.role !== "admin")
          throw new Problem("not-allowed", `CN ${command} changes the logger: an administrator may ask for it`);
      }
      const id = Buffer.from(rooms.random(16)).toString("base64url");
      const validUntil = at + validMinutes * minuteMs;
      const draft: RequestDraft = {
        id,
        site: site.id,
        protocol,
        command,
        settings,
        origin: "person",
        reason,
        validUntil,
      };
      const { result } = await rooms.commands.send(user.username, { type: "device.request", requests: [draft] });
      const [made] = result as readonly DeviceRequest[];
      if (made === undefined) throw new Problem("internal", "ingest recorded a request and did not say which");
      rooms.carrier.hurry();
      return { status: 201, headers: { location: `${path}/${id}` }, body: formatRequest(made) };
    },
  });
}

export function withdrawRequest(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/withdraw`,
    summary: "Take a request back that its device does not have yet",
    access: "operator",
    params: idParams,
    body: z.strictObject({ reason: shapes.text }),
    replies: { 200: { says: "the request as it is now", schema: request } },
    async run({ params, body, user }) {
      const found = await findRequest(rooms, params.id);
      if (!(await rooms.carrier.drop(found)))
        throw new Problem("illegal-move", "the device has it already; only what still waits can be withdrawn");
      const command = { type: "device.withdraw", request: found.id, reason: body.reason } as const;
      const { result } = await rooms.commands.send(user.username, command);
      const [withdrawn] = result as readonly DeviceRequest[];
      return { status: 200, body: formatRequest(withdrawn ?? found) };
    },
  });
}
