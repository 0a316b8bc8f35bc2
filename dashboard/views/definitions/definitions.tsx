// Alarm definitions: what can happen, from when on somebody is told, what that person is to do; where it holds; what is out of
// service; all of it as text. The address says which of it, which record, which filter, and what a back-test asks.

import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { useDefinitionWords } from "./definition-data.ts";
import { DefinitionDetail } from "./definition-detail.tsx";
import { DefinitionList, ListFilters } from "./definition-list.tsx";
import { Effective } from "./effective.tsx";
import { OutOfServicePart } from "./out-of-service.tsx";
import { TextPart } from "./text-part.tsx";
import "../../style/definitions.css";

const tabs = ["records", "sites", "service", "text"] as const;

export function DefinitionsView() {
  const words = useDefinitionWords();
  const { query, go } = useUrl();
  useInterest("none");
  const tab = tabs.find((each) => each === query.get("tab")) ?? "records";
  const id = query.get("id");
  const isList = tab === "records" && id === null;
  return (
    <section className={`view devices-view definitions-view${isList ? "" : " is-long"}`} aria-label={words.title}>
      <GroupTabs group="alarms">
        <h1 className="visually-hidden">{words.title}</h1>
        <div className="segments" role="group" aria-label={words.tab}>
          {tabs.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={tab === each}
              onClick={() =>
                go("/alarm-definitions", { tab: each === "records" ? null : each, site: query.get("site") })
              }
            >
              {words.tabs[each]}
            </button>
          ))}
        </div>
        {isList && <ListFilters />}
      </GroupTabs>
      <Ignored names={query.has("tab") && query.get("tab") !== tab ? ["tab"] : []} />
      {isList && <DefinitionList />}
      {tab === "records" && id !== null && (
        <DefinitionDetail
          key={`${id} ${query.get("copy") ?? ""} ${query.get("new") ?? ""}`}
          id={id}
          close={() => go("/alarm-definitions")}
        />
      )}
      {tab === "sites" && <Effective />}
      {tab === "service" && <OutOfServicePart />}
      {tab === "text" && <TextPart />}
    </section>
  );
}
