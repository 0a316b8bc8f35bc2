// Does what is out of service speak of an alarm? Without a factor it is all of a site. Of the system itself it speaks only by name:
// works at all sites of a kind must not hide that the centre fails.

import { type AlarmPlace, scopeFits } from "./alarms/in-force.ts";
import type { OutOfService } from "./alarm-definition.ts";
import { systemSite } from "./condition.ts";

/** `site`: null = the alarm is one of the system. `name`: of the instance, e.g. "limit:w01018:hour". */
export function isOutOfService(
  { scope, definitions }: Pick<OutOfService, "scope" | "definitions">,
  site: Omit<AlarmPlace, "factor"> | null,
  factor: string | null,
  name: string,
): boolean {
  if (definitions !== null && !definitions.includes(name)) return false;
  if (site !== null) return scopeFits(scope, { ...site, factor }, "limit");
  return scope.site === systemSite || (scope.site === null && definitions !== null);
}
