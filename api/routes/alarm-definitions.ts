// Records of alarms: what can happen, from when on somebody is told, and what that person is to do. Changed by administrators, with
// a reason, as versions; also as text that is compared before anything is put.

import * as z from "zod";
import { type AlarmDefinition, alarmSubjects } from "#domain/alarm-definition.ts";
import { alarmClasses } from "#domain/alarms/built-in.ts";
import { checkDefinition } from "#domain/alarms/definition.ts";
import { checkChange } from "#domain/alarms/definition-change.ts";
import { bounds } from "#domain/bounds.ts";
import { systemSite } from "#domain/condition.ts";
import { limitBases } from "#domain/limit.ts";
import { type DefinitionOrder, planDefinitions } from "../alarms/definition-plan.ts";
import { definition, definitionFields, definitionId, formatDefinition } from "../alarms/definition-shapes.ts";
import { readDefinitions, writeDefinitions } from "../alarms/definitions-yaml.ts";
import { type EffectiveRecord, listEffective, listSystemRecords } from "../alarms/effective.ts";
import {
  findDefinition,
  listDefinitions,
  listInForce,
  listVersions,
  mapDefinitions,
  needsSecond,
  type RecordsInForce,
} from "../alarms/known-definitions.ts";
import { checkSecondPerson } from "../alarms/second-person.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import type { PasswordCheck } from "./session.ts";
import { findSite } from "./sites.ts";

const path = "/api/v1/alarm-definitions";
const idParams = z.object({ id: z.string().min(1).max(bounds.textCharsMax) });
const int = z.number().int();
/** Records in one order to the journal. */
const perOrder = 200;

export function listAlarmDefinitions({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Records of alarms, by id",
    access: "viewer",
    replies: { 200: { says: "all of them", schema: z.object({ items: z.array(definition), total: int }) } },
    async run() {
      const items = (await listDefinitions(state)).map(formatDefinition);
      return { status: 200, body: { items, total: items.length } };
    },
  });
}

export function showAlarmDefinition({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/{id}`,
    summary: "One record, with all its versions",
    access: "viewer",
    params: idParams,
    replies: {
      200: {
        says: "the record",
        schema: definition.extend({ versions: z.array(definition) }).meta({ id: "AlarmDefinitionHistory" }),
      },
    },
    async run({ params }) {
      const known = await findDefinition(state, params.id);
      const versions = (await listVersions(state, params.id)).map(formatDefinition);
      return { status: 200, body: { ...formatDefinition(known), versions } };
    },
  });
}

const problem = z.object({
  line: int.nullable(),
  id: z.string().nullable(),
  field: z.string(),
  problem: z.string(),
  hint: z.string(),
});

/** What is wrong with a record beyond its form, or with the change to it. */
function checkRecord({ memory }: Pick<Rooms, "memory">, record: AlarmDefinition, inForce: RecordsInForce) {
  const { site } = record.scope;
  const found = [...checkDefinition(record), ...checkChange(inForce.get(record.id), record)];
  if (site !== null && memory.site(site) === undefined)
    found.push({ field: "scope.site", problem: `there is no site ${site}`, hint: "GET /api/v1/sites lists them" });
  return found;
}

async function put(
  { commands }: Rooms,
  by: string,
  orders: readonly DefinitionOrder[],
  reason: string,
  second?: string,
): Promise<void> {
  for (let at = 0; at < orders.length; at += perOrder) {
    const definitions = orders
      .slice(at, at + perOrder)
      .map(({ definition: record, expectedVersion }) => ({ ...record, expectedVersion }));
    const agreed = second === undefined ? {} : { second };
    await commands.send(by, { type: "alarm-definitions.put", definitions, reason, ...agreed });
  }
}

export function putAlarmDefinition(rooms: Rooms, check: PasswordCheck): Route {
  return defineRoute({
    method: "put",
    path: `${path}/{id}`,
    summary: "Make or change a record; alarms that are there go on under the new version",
    access: "admin",
    params: z.object({ id: definitionId }),
    body: z
      .strictObject({
        expectedVersion: int.min(0).meta({ description: "0: it is new" }),
        reason: shapes.text,
        second: z
          .strictObject({ username: z.string().max(200), password: z.string().max(1000) })
          .nullish()
          .meta({ description: "another administrator who agrees: to lower what is highly managed" }),
        ...definitionFields,
      })
      .meta({ id: "AlarmDefinitionOrder" }),
    replies: {
      200: { says: "the record as it is now", schema: definition },
      409: { says: "it has changed: `current` shows how" },
      422: { says: "it cannot be taken: `problems` says why" },
    },
    async run({ params: { id }, body, user, address }) {
      const { expectedVersion, reason, second = null, ...record } = body;
      const inForce = await mapDefinitions(rooms.state);
      const wanted = { ...record, id, version: expectedVersion };
      const problems = checkRecord(rooms, wanted, inForce);
      const lowering = needsSecond(wanted, inForce);
      if (lowering !== null && second === null) problems.push(lowering);
      if (problems.length > 0) {
        const detail = problems.map((one) => `${one.field}: ${one.problem}`).join("; ");
        const extra = { problems: problems.map((one) => ({ line: null, id, ...one })) };
        throw new Problem("invalid-definitions", detail, { extra });
      }
      const agreed =
        lowering === null || second === null
          ? undefined
          : await checkSecondPerson(check, user.username, address, second, "admin");
      await put(rooms, user.username, [{ definition: { ...record, id }, expectedVersion }], reason, agreed).catch(
        async (error: unknown) => {
          if (!(error instanceof Problem) || error.code !== "stale-version") throw error;
          const before = (await listDefinitions(rooms.state)).find((known) => known.definition.id === id);
          const current = before === undefined ? null : formatDefinition(before);
          throw new Problem("stale-version", error.message, { extra: { current }, cause: error });
        },
      );
      return { status: 200, body: formatDefinition(await findDefinition(rooms.state, id)) };
    },
  });
}

const yamlType = "application/yaml";

export function exportAlarmDefinitions({ state }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/export`,
    summary: "All records as text, always in the same order",
    access: "viewer",
    query: z.strictObject({ format: z.literal("yaml").default("yaml") }),
    replies: { 200: { says: "YAML", type: yamlType } },
    async run() {
      const all = await listDefinitions(state);
      const headers = { "content-disposition": 'attachment; filename="plumeline-alarm-definitions.yaml"' };
      const text = writeDefinitions(all.map((known) => known.definition));
      return { status: 200, type: `${yamlType}; charset=utf-8`, headers, text };
    },
  });
}

const count = int.min(0);
const importReport = z
  .object({
    dryRun: z.boolean(),
    counts: z.object({ new: count, changed: count, same: count, problems: count }),
    items: z.array(
      z.object({
        id: z.string(),
        nameZh: z.string(),
        nameEn: z.string(),
        outcome: z.enum(["new", "changed", "same"]),
        line: int.nullable(),
        changes: z.array(
          z.object({
            field: z.string(),
            before: z.string().nullable().meta({ description: "as JSON" }),
            after: z.string(),
          }),
        ),
      }),
    ),
    problems: z.array(problem),
  })
  .meta({ id: "AlarmDefinitionImport" });

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("invalid-request", "the text is not UTF-8", { cause });
  }
}

export function importAlarmDefinitions(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/import`,
    summary: "Records from text: a dry run shows every difference and every problem; the real run needs a reason",
    access: "admin",
    query: z.strictObject({
      dryRun: z
        .enum(["true", "false"])
        .default("false")
        .transform((text) => text === "true"),
      reason: shapes.text.optional(),
    }),
    rawBody: z.string(),
    rawTypes: [yamlType],
    bodyBytesMax: bounds.definitionsBytesMax,
    replies: {
      200: { says: "what was done, or would be", schema: importReport },
      422: { says: "nothing was done: `problems` lists every mistake with its line" },
    },
    async run({ query: { dryRun, reason }, bytes, user }) {
      const inForce = await mapDefinitions(rooms.state);
      const planned = planDefinitions(readDefinitions(decodeText(bytes)), inForce, (record) => {
        const lowering = needsSecond(record, inForce);
        const problems = checkRecord(rooms, record, inForce);
        return lowering === null ? problems : [...problems, lowering];
      });
      const { items, problems, orders } = planned;
      const counted = (outcome: string): number => items.filter((item) => item.outcome === outcome).length;
      const counts = {
        new: counted("new"),
        changed: counted("changed"),
        same: counted("same"),
        problems: problems.length,
      };
      const body = { dryRun, counts, items, problems };
      if (dryRun) return { status: 200, body };
      if (problems.length > 0)
        throw new Problem("invalid-definitions", `${problems.length} problems: nothing was put`, { extra: body });
      if (reason === undefined) throw new Problem("invalid-request", "query reason: say why");
      await put(rooms, user.username, orders, reason);
      return { status: 200, body };
    },
  });
}

const effectiveRecord = z.object({
  name: z.string().meta({ description: 'what can happen, e.g. "limit:w01018:hour"' }),
  subject: z.enum(alarmSubjects),
  factor: z.string().nullable(),
  basis: z.enum(limitBases).nullable(),
  record: z.string(),
  recordVersion: int,
  nameZh: z.string(),
  nameEn: z.string(),
  enabled: z.boolean().meta({ description: "false: there is no such alarm here" }),
  class: z.string(),
  priority: int.meta({ description: "of the gravest level" }),
  onDelayMs: int,
  offDelayMs: int,
  limit: z.object({ max: z.number().nullable(), min: z.number().nullable(), source: z.string() }).nullable(),
});

function formatEffective({ instance, name, record, limit }: EffectiveRecord): z.output<typeof effectiveRecord> {
  const { id, version, nameZh, nameEn, enabled, class: named, basis, subject, onDelayMs, offDelayMs } = record;
  return {
    name,
    subject,
    factor: "factor" in instance ? instance.factor : null,
    basis,
    record: id,
    recordVersion: version,
    nameZh,
    nameEn,
    enabled,
    class: named,
    priority: Math.min(...record.levels.map(({ priority }) => priority)),
    onDelayMs,
    offDelayMs,
    limit: limit === null ? null : { max: limit.max, min: limit.min, source: limit.source },
  };
}

export function listEffectiveDefinitions(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${path}/effective`,
    summary: "Which record holds for each thing that can happen at a site",
    access: "viewer",
    query: z.strictObject({ site: shapes.siteId }),
    replies: {
      200: {
        says: "one row for each thing that can happen",
        schema: z.object({ site: z.string(), items: z.array(effectiveRecord), total: int }),
      },
    },
    async run({ query: { site: id } }) {
      const records = (await listInForce(rooms.state)).map((known) => known.definition);
      const limits = await rooms.state.limits({ site: id });
      const found =
        id === systemSite
          ? listSystemRecords(records)
          : listEffective(records, findSite(rooms, id), limits, rooms.now());
      return { status: 200, body: { site: id, items: found.map(formatEffective), total: found.length } };
    },
  });
}

const alarmClass = z
  .object({
    name: z.string(),
    nameZh: z.string(),
    nameEn: z.string(),
    layer: z.union([z.literal(1), z.literal(2)]).nullable(),
    toldFirstZh: z.string(),
    toldFirstEn: z.string(),
    highlyManaged: z.boolean(),
    shelfMinutesMax: int,
    shelfMinutesMaxSecond: int.meta({ description: "when a second person agrees" }),
    ackMs: z.record(z.string(), z.number().nullable()),
    clearMs: z.number().nullable(),
    reAlarmMs: z.number().nullable(),
    source: z.string(),
  })
  .meta({ id: "AlarmClass" });

export function listAlarmClasses(): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/alarm-classes",
    summary: "Classes of alarms: who is told first, how long one may be shelved",
    access: "viewer",
    replies: { 200: { says: "all of them", schema: z.object({ items: z.array(alarmClass), total: int }) } },
    run() {
      return { status: 200, body: { items: alarmClasses, total: alarmClasses.length } };
    },
  });
}
