// What is still to be done at a site that has never sent: registered, factors, limits, the logger. Gone with the first reading.

import { useWords } from "../i18n/i18n.ts";
import type { SiteDetails } from "./site-data.ts";

export function SiteFirstSteps({ site }: { readonly site: SiteDetails }) {
  const words = useWords();
  const { firstSteps } = words.site;
  const limited = new Set(site.limits.map((limit) => limit.factor)).size;
  const steps = [
    { isDone: true, says: firstSteps.registered },
    { isDone: site.factorDetails.length > 0, says: firstSteps.factors(site.factorDetails.length) },
    { isDone: limited > 0, says: firstSteps.limits(limited) },
    { isDone: false, says: firstSteps.logger(site.id, `v1/${site.id}/readings`) },
  ];
  return (
    <section className="panel first-steps" aria-label={firstSteps.title}>
      <h2>{firstSteps.title}</h2>
      <ol>
        {steps.map(({ isDone, says }) => (
          <li key={says} data-done={isDone}>
            <span aria-hidden="true">{isDone ? "✓" : "○"}</span>{" "}
            <span className="visually-hidden">{isDone ? firstSteps.done : firstSteps.open}</span> {says}
          </li>
        ))}
      </ol>
    </section>
  );
}
