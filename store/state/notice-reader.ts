// What is read about notices: those that wait, pages for people, and the rules they are made by.

import type { Notice, NoticePolicy, NoticeState, OnCallCalendar } from "#domain/notice.ts";
import type { Page } from "./state.ts";

export interface NoticeFilter {
  readonly states?: readonly NoticeState[];
  readonly contact?: string;
  readonly site?: string;
  /** One of the alarms that it tells of. */
  readonly alarm?: string;
  /** Made from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface NoticeReader {
  /** Newest first. */
  notices(filter: NoticeFilter): Promise<Page<Notice>>;
  notice(id: string): Promise<Notice | null>;
  /** Ids of those that wait to be sent, the longest due first. */
  waitingNotices(limit: number): Promise<string[]>;
  /** In no order; at most some thousands at once. */
  noticesOf(ids: readonly string[]): Promise<Notice[]>;
  /** By state, of those that were made since then. */
  countNotices(since: number): Promise<ReadonlyMap<NoticeState, number>>;
  /** In the order in which they are tried. */
  noticePolicies(): Promise<NoticePolicy[]>;
  calendars(): Promise<OnCallCalendar[]>;
}
