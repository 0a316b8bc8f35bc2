// Which alarms and sites a scope speaks of, as out of service has it: without a factor it is all of a site. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { AlarmScope } from "#domain/alarm-definition.ts";
import { scopeFits } from "#domain/alarms/in-force.ts";
import type { Site } from "#domain/site.ts";

/** The part of a scope that sites decide. */
export function isSiteInScope(scope: AlarmScope, site: Pick<Site, "id" | "enterprise" | "city" | "kind">): boolean {
  return scopeFits({ ...scope, factor: null }, { ...site, site: site.id, factor: null }, "limit");
}

/** `site`: of the alarm; null = it is none of the register, and only its name can fit. */
export function isAlarmInScope(
  scope: AlarmScope,
  definitions: readonly string[] | null,
  alarm: Pick<Alarm, "site" | "factor" | "definition">,
  site: Site | null,
): boolean {
  if (site === null && scope.site !== alarm.site) return false;
  const { enterprise = null, city = "", kind = "process" } = site ?? {};
  if (!scopeFits(scope, { site: alarm.site, enterprise, city, kind, factor: alarm.factor }, "limit")) return false;
  return definitions === null || definitions.includes(alarm.definition);
}

export function isEverything({ site, enterprise, city, kind, factor }: AlarmScope): boolean {
  return [site, enterprise, city, kind, factor].every((part) => part === null);
}
