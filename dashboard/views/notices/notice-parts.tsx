// What the list and one notice draw alike: the state by sign and word, names instead of ids.

import { useApp } from "../app-context.ts";
import { type NoticeRow, useContacts, useNoticeWords } from "./notice-data.ts";

const signs = { waiting: "…", held: "‖", sent: "✓", failed: "✕", cancelled: "⊘" } as const;

export function NoticeState({ row }: { readonly row: Pick<NoticeRow, "state"> }) {
  const words = useNoticeWords();
  const text = `${signs[row.state]} ${words.states[row.state]}`;
  return row.state === "failed" ? <b>{text}</b> : <>{text}</>;
}

/** Names of contacts and sites instead of their ids. */
export function useNoticeNames() {
  const { sites } = useApp();
  const contacts = useContacts();
  return {
    contact: (row: Pick<NoticeRow, "contact" | "contactName">): string =>
      row.contactName ?? contacts.data?.find(({ id }) => id === row.contact)?.name ?? row.contact,
    site: (row: Pick<NoticeRow, "site" | "siteName">): string => row.siteName ?? sites.info(row.site)?.name ?? row.site,
  };
}
