// Limits: which one counts for which factor of which site on which day, as bars along the years; the library of published ones;
// proposals that wait for a second person.

import { useMemo } from "react";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { SiteFilter } from "../devices/site-filter.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { Choice, useNames } from "../judgement/exceedance-parts.tsx";
import { useKeys } from "../key-map.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { Changes } from "./changes.tsx";
import { Library } from "./library.tsx";
import { LimitForm } from "./limit-form.tsx";
import { useChanges, useLimits, useRuleWords } from "./rule-data.ts";
import { AsOfDay, type RuleDay, useDay } from "./rule-day.tsx";
import { Timeline } from "./timeline.tsx";
import "../../style/judgement.css";
import "../../style/rules.css";

const tabs = ["timeline", "library", "changes"] as const;
type Tab = (typeof tabs)[number];

const blankForm = { new: null, for: null, like: null } as const;

export function RulesView() {
  const words = useRuleWords();
  const { user } = useApp();
  const { query, set } = useUrl();
  useInterest("none");
  const day = useDay();
  const tab = tabs.find((each) => each === query.get("tab")) ?? "timeline";
  const isAdmin = user.role === "admin";
  const enter = (): void => {
    if (isAdmin) set({ ...blankForm, new: "1", for: query.get("site") });
  };
  useKeys([{ keys: ["n"], says: words.newLimit, act: enter }]);
  return (
    <section className="view devices-view rules-view" aria-label={words.title}>
      <GroupTabs group="judgement">
        <h1 className="visually-hidden">{words.title}</h1>
        <Tabs chosen={tab} />
        <span className="filters-count">
          <button
            type="button"
            className="primary"
            disabled={!isAdmin}
            title={isAdmin ? undefined : words.readOnly}
            onClick={enter}
            data-testid="new-limit"
          >
            {words.newLimit}
          </button>
        </span>
      </GroupTabs>
      <Ignored
        names={[...(day.isWrong ? ["asof"] : []), ...(query.has("tab") && query.get("tab") !== tab ? ["tab"] : [])]}
      />
      {tab === "timeline" && <TimelineTab day={day} />}
      {tab === "library" && <Library day={day} />}
      {tab === "changes" && <Changes />}
      {query.get("new") !== null && isAdmin && <LimitForm close={() => set(blankForm)} />}
    </section>
  );
}

function Tabs({ chosen }: { readonly chosen: Tab }) {
  const words = useRuleWords();
  const { set } = useUrl();
  const waiting = useChanges("draft").data?.total ?? 0;
  return (
    <div className="segments" role="group" aria-label={words.tabsLabel}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          aria-pressed={chosen === tab}
          data-tab={tab}
          onClick={() => set({ tab: tab === "timeline" ? null : tab, open: null })}
        >
          {words.tabs[tab]}
          {tab === "changes" && waiting > 0 && <b> {waiting}</b>}
        </button>
      ))}
    </div>
  );
}

function TimelineTab({ day }: { readonly day: RuleDay }) {
  const words = useRuleWords();
  const own = useDeviceWords();
  const names = useNames();
  const { query, set } = useUrl();
  const [site, factor] = [query.get("site") ?? "", query.get("factor") ?? ""];
  const limits = useLimits(site, factor);
  const codes = useMemo(
    () => new Set([...(limits.data?.limits.map((limit) => limit.factor) ?? []), ...(factor === "" ? [] : [factor])]),
    [limits.data, factor],
  );
  return (
    <>
      <div className="filters rule-filters">
        <SiteFilter name="site" label={own.anySite} />
        <Choice
          name="factor"
          label={words.columns.factor}
          none={words.columns.factor}
          chosen={factor === "" ? null : factor}
          options={[...codes].sort().map((code) => [code, names.factor(code)])}
        />
        <AsOfDay day={day} />
        {(site !== "" || factor !== "") && (
          <button type="button" className="quiet" onClick={() => set({ site: null, factor: null })}>
            {own.clear}
          </button>
        )}
      </div>
      <Timeline limits={limits} day={day} isFiltered={site !== "" || factor !== ""} />
    </>
  );
}
