// What the accounts file knows of how people are reached: channels with their settings and secrets, contacts with their
// addresses. Bodies are JSON of the api's own forms. Nothing of this enters the journal.

import type { DatabaseSync } from "node:sqlite";
import type { ChannelKind } from "#domain/notice.ts";

export interface ChannelRow {
  readonly id: string;
  readonly version: number;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  /** Addresses and switches of its kind, without secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By name; they never leave the api. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface ContactAddress {
  readonly channel: string;
  /** A mail address, a number, or what the channel takes; may be empty where the channel is the address. */
  readonly to: string;
}

export interface ContactRow {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** The enterprise or maintainer it belongs to; null = one of our own. */
  readonly enterprise: string | null;
  readonly language: "zh" | "en";
  /** Tried in this order. */
  readonly addresses: readonly ContactAddress[];
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface NoticeBook {
  channels(): ChannelRow[];
  channel(id: string): ChannelRow | null;
  /** False when it is at another version than `expectedVersion`; 0 = there is none. */
  putChannel(row: Omit<ChannelRow, "version" | "changedAt">, expectedVersion: number): boolean;
  removeChannel(id: string, expectedVersion: number): boolean;
  contacts(): ContactRow[];
  contact(id: string): ContactRow | null;
  putContact(row: Omit<ContactRow, "version" | "changedAt">, expectedVersion: number): boolean;
  removeContact(id: string, expectedVersion: number): boolean;
}

export const noticeBookStep = `create table notice_channels (id text primary key, version integer not null, body text not null)
     without rowid, strict;
   create table notice_contacts (id text primary key, version integer not null, body text not null)
     without rowid, strict;`;

type Table = "notice_channels" | "notice_contacts";

function createTable<T extends { readonly id: string; readonly version: number; readonly changedAt: number }>(
  open: () => DatabaseSync,
  table: Table,
  now: () => number,
) {
  const parse = (row: Record<string, unknown> | undefined): T | null =>
    row === undefined ? null : (JSON.parse(String(row["body"])) as T);
  return {
    list: (): T[] =>
      open()
        .prepare(`select body from ${table} order by id`)
        .all()
        .flatMap((row) => parse(row) ?? []),
    find: (id: string): T | null => parse(open().prepare(`select body from ${table} where id = ?`).get(id)),
    put(row: Omit<T, "version" | "changedAt"> & { readonly id: string }, expected: number): boolean {
      const body = JSON.stringify({ ...row, version: expected + 1, changedAt: now() });
      const done =
        expected === 0
          ? open().prepare(`insert or ignore into ${table} (id, version, body) values (?, 1, ?)`).run(row.id, body)
          : open()
              .prepare(`update ${table} set version = version + 1, body = ? where id = ? and version = ?`)
              .run(body, row.id, expected);
      return Number(done.changes) === 1;
    },
    remove: (id: string, expected: number): boolean =>
      Number(open().prepare(`delete from ${table} where id = ? and version = ?`).run(id, expected).changes) === 1,
  };
}

export function createNoticeBook(open: () => DatabaseSync, now: () => number): NoticeBook {
  const channels = createTable<ChannelRow>(open, "notice_channels", now);
  const contacts = createTable<ContactRow>(open, "notice_contacts", now);
  return {
    channels: channels.list,
    channel: channels.find,
    putChannel: (row, expected) => channels.put(row, expected),
    removeChannel: channels.remove,
    contacts: contacts.list,
    contact: contacts.find,
    putContact: (row, expected) => contacts.put(row, expected),
    removeContact: contacts.remove,
  };
}
