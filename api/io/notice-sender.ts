// Sends one notice over one channel, whatever its kind, and says what came of it. Never throws for what the world does.

import { type DraftParts, draftWeb, hideSecrets, judgeAnswer, type Outcome } from "../notices/web-draft.ts";
import { kindFacts } from "../notices/channel-kinds.ts";
import { sendMail } from "./notice-mail.ts";
import { sendWeb } from "./notice-web.ts";
import { bounds } from "#domain/bounds.ts";

export type Send = (parts: DraftParts) => Promise<Outcome>;

export const sendNotice: Send = async (parts) => {
  const { channel } = parts;
  const { timeoutMs } = kindFacts(channel.kind);
  if (channel.kind === "mail") return sendMail(parts, timeoutMs);
  try {
    return judgeAnswer(channel, await sendWeb(draftWeb(parts), timeoutMs));
  } catch (error) {
    const says = error instanceof Error ? describe(error) : String(error);
    const detail = hideSecrets(says, channel).slice(0, bounds.noticeAnswerChars);
    return { ok: false, detail, scope: "channel", retryAfterMs: null };
  }
};

/** Several addresses that were tried leave an error whose own message is empty. */
function describe(error: Error): string {
  if (error.message !== "") return error.message;
  const parts = error instanceof AggregateError ? error.errors : [];
  return parts.map((each) => (each instanceof Error ? each.message : String(each))).join("; ") || error.name;
}
