// The line above the picture: resolution, axes, comparison, what is shown below, the files to take away; and in words which
// resolution the picture has and who chose it.

import { useId } from "react";
import { useWords } from "../../i18n/i18n.ts";
import { formatUnit } from "../../format/number.ts";
import { formatWindow } from "../../state/time-range.ts";
import { useApp } from "../app-context.ts";
import { steps, type Answer } from "./history-data.ts";
import type { Interval } from "./points.ts";
import { groupBySite } from "./series-list.ts";
import { comparisons, type Explorer } from "./use-explorer.ts";
import { useHistoryWords } from "./words.ts";

export interface ToolbarProps {
  readonly explorer: Explorer;
  readonly answer: Answer | undefined;
  readonly isUpdating: boolean;
}

export function Toolbar({ explorer, answer, isUpdating }: ToolbarProps) {
  const words = useHistoryWords();
  const { set } = explorer;
  return (
    <>
      <div className="history-toolbar" role="toolbar" aria-label={words.title}>
        <label>
          {words.step}
          <select
            value={explorer.step}
            onChange={(event) => set({ step: event.target.value === "auto" ? null : event.target.value })}
          >
            {steps.map((step) => (
              <option key={step} value={step}>
                {words.steps[step]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.axes}
          <select
            value={explorer.isSplit ? "split" : "shared"}
            onChange={(event) => set({ axes: event.target.value === "split" ? "split" : null })}
          >
            <option value="shared">{words.shared}</option>
            <option value="split">{words.split}</option>
          </select>
        </label>
        <label>
          {words.compare}
          <select
            value={explorer.comparison}
            onChange={(event) => set({ compare: event.target.value === "none" ? null : event.target.value })}
          >
            {comparisons.map((each) => (
              <option key={each} value={each}>
                {words.comparisons[each]}
              </option>
            ))}
          </select>
        </label>
        <span className="segments" role="group" aria-label={words.tabsLabel}>
          {(["statistics", "table"] as const).map((view) => (
            <button
              key={view}
              type="button"
              aria-pressed={explorer.view === view}
              onClick={() => set({ view: view === "table" ? "table" : null })}
            >
              {words.tabs[view]}
            </button>
          ))}
        </span>
        {answer !== undefined && <Downloads explorer={explorer} answer={answer} />}
      </div>
      {answer !== undefined && <Says answer={answer} isUpdating={isUpdating} explorer={explorer} />}
    </>
  );
}

/** Which resolution the picture has; null when the series differ. */
function commonInterval(answer: Answer): Interval | null {
  const found = new Set(answer.series.filter((each) => each.error === null).map((each) => each.interval));
  const [first] = found;
  return found.size === 1 && first !== undefined ? first : null;
}

function Says({ answer, isUpdating, explorer }: ToolbarProps & { readonly answer: Answer }) {
  const words = useHistoryWords();
  const interval = commonInterval(answer);
  const { question } = answer;
  const resolution =
    interval === null
      ? words.resolutionMixed
      : interval === "raw"
        ? words.resolutionRaw
        : words.resolution(words.steps[interval]);
  const { compareMs, window } = question;
  const past = compareMs === null ? null : { from: window.from - compareMs, to: window.to - compareMs };
  return (
    <p className="history-says" data-testid="resolution" data-interval={interval ?? "mixed"}>
      <b>{resolution}</b>
      <span>{explorer.step === "auto" ? words.automatic(question.width) : words.chosenByHand}</span>
      {past !== null && <span>{words.comparedTo(formatWindow(past))}</span>}
      <span className="hint">{words.dragHint}</span>
      {answer.series.some((each) => each.points.some((point) => point[5] < point[4])) && (
        <span className="hint">{words.flagHint}</span>
      )}
      <span role="status">{isUpdating ? words.updating : ""}</span>
    </p>
  );
}

/** Files are written by the server, whole, without the bound of a picture: one per site, as shown or raw. */
function Downloads({ explorer, answer }: { readonly explorer: Explorer; readonly answer: Answer }) {
  const words = useHistoryWords();
  const catalogue = useWords();
  const { sites, factors } = useApp();
  const id = useId();
  const { window } = answer.question;
  const shown = commonInterval(answer) ?? "1h";
  const address = (site: string, codes: readonly string[], interval: Interval): string => {
    const query = new URLSearchParams({ site, interval, format: "csv" });
    query.set("from", new Date(window.from).toISOString());
    query.set("to", new Date(window.to).toISOString());
    for (const code of codes) query.append("factor", code);
    return `/api/v1/history?${query.toString()}`;
  };
  return (
    <>
      <button type="button" popoverTarget={id} className="history-download">
        {words.download} ▾
      </button>
      <div id={id} popover="auto" className="menu history-files" role="group" aria-label={words.download}>
        <p className="hint">{words.downloadTitle}</p>
        {groupBySite(explorer.refs).map(({ site, factors: codes }) => (
          <div key={site}>
            <b>{sites.info(site)?.name ?? site}</b>{" "}
            <span className="muted">
              {codes
                .map((code) => `${factors[code] === undefined ? code : nameOf(catalogue.locale, factors[code])}`)
                .join(", ")}
            </span>
            <p>
              <a href={address(site, codes, shown)} download data-testid="csv" data-site={site}>
                {words.downloadShown(words.steps[shown])}
              </a>
              {shown !== "raw" && (
                <a href={address(site, codes, "raw")} download>
                  {words.downloadRaw}
                </a>
              )}
            </p>
          </div>
        ))}
      </div>
    </>
  );
}

function nameOf(locale: string, factor: { readonly nameZh: string; readonly nameEn: string; readonly unit: string }) {
  const unit = formatUnit(factor.unit);
  return `${locale === "en" ? factor.nameEn : factor.nameZh}${unit === "" ? "" : ` ${unit}`}`;
}
