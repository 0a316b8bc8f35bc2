// Sheets that were shown and may be signed: what is signed is exactly the text that the person saw, not one that was made anew
// in between. Bounded in number and in time; one that is not known any more is simply looked at again. Pure.

import { bounds } from "#domain/bounds.ts";

export interface SheetDraft {
  readonly shift: string;
  /** Of the shift, when the sheet was made. */
  readonly version: number;
  readonly text: string;
  readonly at: number;
}

export interface SheetDrafts {
  keep(sha256: string, draft: SheetDraft): void;
  find(sha256: string, now: number): SheetDraft | null;
}

export function createSheetDrafts(): SheetDrafts {
  const drafts = new Map<string, SheetDraft>();
  return {
    keep(sha256, draft) {
      drafts.delete(sha256);
      drafts.set(sha256, draft);
      const oldest = drafts.keys().next();
      if (drafts.size > bounds.sheetDraftsMax && oldest.done !== true) drafts.delete(oldest.value);
    },
    find(sha256, now) {
      const draft = drafts.get(sha256);
      return draft === undefined || now - draft.at > bounds.sheetDraftMs ? null : draft;
    },
  };
}
