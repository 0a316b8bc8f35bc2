// What the screen of requests asks the server for, how its filters stand in the address, and how requests are made and
// withdrawn.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  type DeviceRequest,
  type RequestOrigin,
  requestOrigins,
  type RequestState,
  requestStates,
  requestsOver,
} from "#domain/device-request.ts";
import { dayMs, parseDay } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { isSecret } from "../devices/hide-passwords.ts";

type Times = "createdAt" | "validUntil" | "changedAt";

/** As the api writes it: times as text, and the command's English name. */
export type RequestRow = Omit<DeviceRequest, Times> & {
  readonly createdAt: string;
  readonly validUntil: string;
  readonly changedAt: string;
  readonly name: string | null;
};

export interface RequestFilter {
  readonly site: string | null;
  readonly state: RequestState | null;
  readonly origin: RequestOrigin | null;
  /** Days of UTC+8, both of them within. */
  readonly from: string | null;
  readonly to: string | null;
}

const readDay = (text: string | null): string | null => (text !== null && parseDay(text) !== null ? text : null);

export function readRequestFilter(query: URLSearchParams): RequestFilter {
  const [state, origin] = [query.get("state"), query.get("origin")];
  return {
    site: query.get("site"),
    state: requestStates.find((entry) => entry === state) ?? null,
    origin: requestOrigins.find((entry) => entry === origin) ?? null,
    from: readDay(query.get("from")),
    to: readDay(query.get("to")),
  };
}

/** Words of the address that are no filter. */
export function listUnreadable(query: URLSearchParams): string[] {
  const filter = readRequestFilter(query);
  return (["state", "origin", "from", "to"] as const).filter(
    (name) => query.get(name) !== null && query.get(name) !== filter[name],
  );
}

export function isFiltered(filter: RequestFilter): boolean {
  return Object.values(filter).some((value) => value !== null);
}

/** The filter as the api takes it. */
export function toQuery(filter: RequestFilter, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more);
  if (filter.site !== null) query.set("site", filter.site);
  if (filter.state !== null) query.set("state", filter.state);
  if (filter.origin !== null) query.set("origin", filter.origin);
  const [from, to] = [parseDay(filter.from ?? ""), parseDay(filter.to ?? "")];
  if (from !== null) query.set("from", String(from));
  if (to !== null) query.set("to", String(to + dayMs));
  return query.toString();
}

interface Page {
  readonly items: readonly RequestRow[];
  readonly total: number;
  readonly next: string | null;
}

const pageRows = "200";
const refreshMs = 2_000;
/** Of a list so long only what is asked for is fetched: what one works on would move away. */
const livePagesMax = 2;

export function useRequests(filter: RequestFilter) {
  return useInfiniteQuery({
    queryKey: ["requests", toQuery(filter)],
    queryFn: ({ signal, pageParam }) => {
      const cursor: Record<string, string> = pageParam === null ? {} : { cursor: pageParam };
      return callApi<Page>(`/requests?${toQuery(filter, { limit: pageRows, ...cursor })}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > livePagesMax ? false : refreshMs),
    staleTime: 0,
  });
}

const followMs = 1_000;

export function isOver(request: Pick<RequestRow, "state">): boolean {
  return requestsOver.has(request.state);
}

/** One request, followed until it is over. */
export function useRequest(id: string | null) {
  return useQuery({
    queryKey: ["request", id],
    queryFn: ({ signal }) => callApi<RequestRow>(`/requests/${encodeURIComponent(id ?? "")}`, { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && isOver(state.data) ? false : followMs),
    staleTime: 0,
  });
}

export interface RequestForm {
  readonly cn: string;
  readonly name: string;
  readonly changes: boolean;
  readonly settings: readonly SettingForm[];
}

export interface SettingForm {
  readonly key: string;
  readonly needed: boolean;
  readonly wanted: string;
}

export function useCommands() {
  return useQuery({
    queryKey: ["request-commands"],
    queryFn: ({ signal }) => callApi<{ readonly items: readonly RequestForm[] }>("/requests/commands", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface NewRequest {
  readonly protocol: "hj212" | "mqtt";
  readonly command: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly validMinutes: number;
}

export function sendRequest(site: string, request: NewRequest): Promise<RequestRow> {
  return callApi<RequestRow>(`/sites/${encodeURIComponent(site)}/requests`, { method: "POST", body: request });
}

export function withdrawRequest(id: string, reason: string): Promise<RequestRow> {
  return callApi<RequestRow>(`/requests/${encodeURIComponent(id)}/withdraw`, { method: "POST", body: { reason } });
}

/** The address of the form, filled in: from a gap, a site, a request that is to be asked again. It holds no password. */
export function newRequestQuery(
  site: string,
  command: string | null = null,
  settings: Readonly<Record<string, string>> = {},
): Record<string, string | null> {
  const filled = new URLSearchParams(Object.entries(settings).filter(([key]) => !isSecret(key))).toString();
  return { new: command ?? "?", for: site, with: filled === "" ? null : filled };
}
