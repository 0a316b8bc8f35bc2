// Which alarms and sites a scope speaks of, as out of service has it: without a factor it is all of a site. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { AlarmScope } from "#domain/alarm-definition.ts";
import { type AlarmPlace, scopeFits } from "#domain/alarms/in-force.ts";
import { systemSite } from "#domain/condition.ts";
import { isOutOfService } from "#domain/out-of-service.ts";
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
  if (site === null && alarm.site !== systemSite && scope.site !== alarm.site) return false;
  const place = placeOf(alarm, site);
  return isOutOfService({ scope, definitions }, place, alarm.factor, alarm.definition);
}

function placeOf(alarm: Pick<Alarm, "site">, site: Site | null): Omit<AlarmPlace, "factor"> | null {
  if (alarm.site === systemSite) return null;
  const { enterprise = null, city = "", kind = "process" } = site ?? {};
  return { site: alarm.site, enterprise, city, kind };
}

export function isEverything({ site, enterprise, city, kind, factor }: AlarmScope): boolean {
  return [site, enterprise, city, kind, factor].every((part) => part === null);
}
