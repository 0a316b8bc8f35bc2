// The screens, one row each: where it lives, what it is called, how its code is fetched, which letter after `g` leads to it.
// A row makes the route, the entry of the navigation, the key, the document's title and the line of the help. The component
// gets the parts of its path as `params`; it draws itself below the header (or alone, with `bare`). Its own words belong in
// a file of its own (`createWords` in i18n/i18n.ts), its own keys go through `useKeys` (key-map.ts), what it wants to hear
// live is said with `useInterest`.

import type { ComponentType } from "react";
import type { Catalogue } from "../i18n/zh-CN.ts";
import { patientLazy } from "./patient-lazy.ts";

export interface ScreenProps {
  /** The named parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export type ScreenComponent = ComponentType<ScreenProps>;

export interface Screen {
  readonly name: keyof Catalogue["nav"]["screens"];
  readonly path: string;
  /** Where its link stands: in the line of the header, in the person's menu, or nowhere. */
  readonly place: "header" | "menu" | "none";
  /** The letter after `g`. */
  readonly key: string | null;
  /** Screens of one group share one entry of the header, named by the group, and a line of tabs of their own. */
  readonly group: keyof Catalogue["nav"]["groups"] | null;
  /** Drawn without header, bands and announcements: it shows the state of the connection itself. */
  readonly bare: boolean;
  /** Who finds it in the navigation: everybody of the centre, administrators alone, or people of an enterprise. */
  readonly audience: "centre" | "admin" | "enterprise" | "all";
  readonly load: () => Promise<{ readonly default: ScreenComponent }>;
  readonly Component: ScreenComponent;
}

type Row = Pick<Screen, "name" | "path" | "load"> & Partial<Screen>;

function defineScreen(row: Row): Screen {
  return {
    place: "header",
    key: null,
    group: null,
    bare: false,
    audience: "centre",
    ...row,
    Component: patientLazy(row.load),
  };
}

export const screens: readonly Screen[] = [
  defineScreen({
    name: "overview",
    path: "/overview",
    key: "o",
    load: async () => ({ default: (await import("./overview/overview.tsx")).Overview }),
  }),
  defineScreen({
    name: "alarms",
    path: "/alarms",
    key: "a",
    group: "alarms",
    load: async () => ({ default: (await import("./alarms/alarms.tsx")).AlarmsView }),
  }),
  defineScreen({
    name: "alarmHistory",
    path: "/alarm-history",
    place: "none",
    key: "f",
    group: "alarms",
    load: async () => ({ default: (await import("./alarm-history/alarm-history.tsx")).AlarmHistoryView }),
  }),
  defineScreen({
    name: "alarmDefinitions",
    path: "/alarm-definitions",
    place: "none",
    group: "alarms",
    load: async () => ({ default: (await import("./definitions/definitions.tsx")).DefinitionsView }),
  }),
  defineScreen({
    name: "alarmKpi",
    path: "/alarm-kpi",
    place: "none",
    group: "alarms",
    load: async () => ({ default: (await import("./kpi/kpi.tsx")).KpiView }),
  }),
  defineScreen({
    name: "shift",
    path: "/shift",
    place: "none",
    key: "j",
    group: "alarms",
    load: async () => ({ default: (await import("./shift/shift.tsx")).ShiftView }),
  }),
  defineScreen({
    name: "notices",
    path: "/notices",
    place: "none",
    key: "z",
    group: "alarms",
    load: async () => ({ default: (await import("./notices/notices.tsx")).NoticesView }),
  }),
  defineScreen({
    name: "cases",
    path: "/cases",
    key: "c",
    load: async () => ({ default: (await import("./cases/cases.tsx")).CasesView }),
  }),
  defineScreen({
    name: "cases",
    path: "/cases/:id",
    place: "none",
    load: async () => ({ default: (await import("./cases/case-page.tsx")).CasePage }),
  }),
  defineScreen({
    name: "reply",
    path: "/reply",
    audience: "enterprise",
    load: async () => ({ default: (await import("./reply/reply.tsx")).ReplyView }),
  }),
  defineScreen({
    name: "reply",
    path: "/reply/:id",
    place: "none",
    audience: "enterprise",
    load: async () => ({ default: (await import("./reply/reply-case.tsx")).ReplyCaseView }),
  }),
  defineScreen({
    name: "site",
    path: "/sites/:id",
    place: "none",
    load: async () => ({ default: (await import("./site.tsx")).SiteScreen }),
  }),
  defineScreen({
    name: "ledger",
    path: "/ledger",
    key: "l",
    load: async () => ({ default: (await import("./ledger.tsx")).LedgerView }),
  }),
  defineScreen({
    name: "quarantine",
    path: "/quarantine",
    key: "q",
    load: async () => ({ default: (await import("./quarantine.tsx")).QuarantineView }),
  }),
  defineScreen({
    name: "history",
    path: "/history",
    key: "h",
    load: async () => ({ default: (await import("./history/history.tsx")).HistoryView }),
  }),
  defineScreen({
    name: "loggers",
    path: "/loggers",
    key: "d",
    group: "devices",
    load: async () => ({ default: (await import("./loggers/loggers.tsx")).LoggersView }),
  }),
  defineScreen({
    name: "loggers",
    path: "/loggers/:site",
    place: "none",
    group: "devices",
    load: async () => ({ default: (await import("./loggers/report-card.tsx")).ReportCardView }),
  }),
  defineScreen({
    name: "gaps",
    path: "/gaps",
    place: "none",
    key: "b",
    group: "devices",
    load: async () => ({ default: (await import("./gaps/gaps.tsx")).GapsView }),
  }),
  defineScreen({
    name: "requests",
    path: "/requests",
    place: "none",
    key: "r",
    group: "devices",
    load: async () => ({ default: (await import("./requests/requests.tsx")).RequestsView }),
  }),
  defineScreen({
    name: "assets",
    path: "/assets",
    place: "none",
    key: "e",
    group: "devices",
    load: async () => ({ default: (await import("./assets/assets.tsx")).AssetsView }),
  }),
  defineScreen({
    name: "assets",
    path: "/assets/import",
    place: "none",
    load: async () => ({ default: (await import("./assets/import.tsx")).AssetImportView }),
  }),
  // Behind the pages of /assets with names of their own: the first that fits is shown.
  defineScreen({
    name: "assets",
    path: "/assets/:site",
    place: "none",
    group: "devices",
    load: async () => ({ default: (await import("./assets/asset.tsx")).AssetView }),
  }),
  defineScreen({
    name: "exceedances",
    path: "/exceedances",
    key: "x",
    group: "judgement",
    load: async () => ({ default: (await import("./judgement/exceedances.tsx")).ExceedancesView }),
  }),
  defineScreen({
    name: "exceedances",
    path: "/exceedances/:id",
    place: "none",
    group: "judgement",
    load: async () => ({ default: (await import("./judgement/sheet.tsx")).ExceedanceSheet }),
  }),
  defineScreen({
    name: "rules",
    path: "/rules",
    place: "none",
    key: "u",
    group: "judgement",
    load: async () => ({ default: (await import("./rules/rules.tsx")).RulesView }),
  }),
  defineScreen({
    name: "marks",
    path: "/marks",
    place: "none",
    key: "m",
    group: "judgement",
    load: async () => ({ default: (await import("./marks/marks.tsx")).MarksView }),
  }),
  defineScreen({
    name: "quality",
    path: "/quality",
    place: "none",
    key: "y",
    group: "judgement",
    load: async () => ({ default: (await import("./quality/quality.tsx")).QualityView }),
  }),
  defineScreen({
    name: "hints",
    path: "/hints",
    place: "none",
    key: "i",
    group: "judgement",
    load: async () => ({ default: (await import("./hints/hints.tsx")).HintsView }),
  }),
  defineScreen({
    name: "stations",
    path: "/stations",
    key: "t",
    group: "stations",
    load: async () => ({ default: (await import("./stations/stations.tsx")).StationsView }),
  }),
  defineScreen({
    name: "stations",
    path: "/stations/:id",
    place: "none",
    group: "stations",
    load: async () => ({ default: (await import("./stations/station-page.tsx")).StationPageView }),
  }),
  defineScreen({
    name: "air",
    path: "/air",
    place: "none",
    key: "k",
    group: "stations",
    load: async () => ({ default: (await import("./stations/kinds.tsx")).AirView }),
  }),
  defineScreen({
    name: "water",
    path: "/water",
    place: "none",
    key: "v",
    group: "stations",
    load: async () => ({ default: (await import("./stations/kinds.tsx")).WaterView }),
  }),
  defineScreen({
    name: "drinking",
    path: "/drinking",
    place: "none",
    key: "p",
    group: "stations",
    load: async () => ({ default: (await import("./stations/kinds.tsx")).DrinkingView }),
  }),
  defineScreen({
    name: "radiation",
    path: "/radiation",
    place: "none",
    key: "u",
    group: "stations",
    load: async () => ({ default: (await import("./stations/kinds.tsx")).RadiationView }),
  }),
  defineScreen({
    name: "noise",
    path: "/noise",
    place: "none",
    key: "n",
    group: "stations",
    load: async () => ({ default: (await import("./stations/kinds.tsx")).NoiseView }),
  }),
  defineScreen({
    name: "system",
    path: "/system",
    key: "s",
    load: async () => ({ default: (await import("./system/system.tsx")).SystemView }),
  }),
  defineScreen({
    name: "wall",
    path: "/wall",
    place: "menu",
    key: "w",
    bare: true,
    load: async () => ({ default: (await import("./wall/wall.tsx")).WallView }),
  }),
  defineScreen({
    name: "people",
    path: "/people",
    place: "menu",
    audience: "admin",
    load: async () => ({ default: (await import("./people/people.tsx")).PeopleView }),
  }),
  defineScreen({
    name: "profile",
    path: "/me",
    place: "menu",
    audience: "all",
    load: async () => ({ default: (await import("./profile/profile.tsx")).ProfileView }),
  }),
];

/** The screen an address belongs to: by the first word of its path. */
export function findScreen(path: string): Screen | null {
  const first = path.split("/")[1] ?? "";
  return screens.find((screen) => screen.path.split("/")[1] === first) ?? null;
}

/** Is this screen one of those that a person of this role finds in the navigation? What may be asked is said by the server. */
export function isFor(screen: Pick<Screen, "audience">, role: string): boolean {
  if (screen.audience === "all") return true;
  if (role === "enterprise") return screen.audience === "enterprise";
  return screen.audience === "centre" || (screen.audience === "admin" && role === "admin");
}

/** Fetches the code of every screen ahead, one after the other: a screen must open while the server is away, too. */
export async function fetchAllScreens(role: string): Promise<void> {
  for (const screen of screens) if (isFor(screen, role)) await screen.load();
}
