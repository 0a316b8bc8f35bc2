// One mail over a real SMTP server: TLS verified, a deadline over all of it. The message has an id that follows from the notice,
// so that a repeat of the same one is recognised, and refers to its alarm, so that all about one alarm stand together.

import { createHash } from "node:crypto";
import { createTransport } from "nodemailer";
import { bounds } from "#domain/bounds.ts";
import type { Notice } from "#domain/notice.ts";
import type { ChannelRow } from "#store/state/accounts-notices.ts";
import type { MailSettings } from "../notices/channel-kinds.ts";
import type { Message } from "../notices/message.ts";
import { hideSecrets, type Outcome } from "../notices/web-draft.ts";

function idOf(what: string, from: string): string {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  return `<${createHash("sha256").update(what).digest("base64url").slice(0, 32)}@${domain}>`;
}

/** Answers of a server, and the connection's own errors, of which only these parts are known. */
interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
}

function judgeError(error: unknown, channel: ChannelRow): Outcome {
  const { code, responseCode, command } = (typeof error === "object" && error !== null ? error : {}) as SmtpError;
  const says = error instanceof Error ? error.message : String(error);
  const detail = hideSecrets(says.replaceAll(/\s+/g, " "), channel).slice(0, bounds.noticeAnswerChars);
  // 5xx to RCPT TO is about this address; everything else is about the server.
  const isAddress = code === "EENVELOPE" && command === "RCPT TO" && Number(responseCode) >= 500;
  return { ok: false, detail, scope: isAddress ? "address" : "channel", retryAfterMs: null };
}

export async function sendMail(
  {
    channel,
    to,
    notice,
    message,
  }: { readonly channel: ChannelRow; readonly to: string; readonly notice: Notice; readonly message: Message },
  timeoutMs: number,
): Promise<Outcome> {
  const { host, port, security, username, from, fromName, ca } = channel.settings as MailSettings;
  const { password = "" } = channel.secrets;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(username === null || username === "" ? {} : { auth: { user: username, pass: password } }),
    tls: { rejectUnauthorized: true, ...(ca === null ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const [first] = notice.alarms;
  const thread =
    first === undefined ? {} : { inReplyTo: idOf(`alarm ${first}`, from), references: idOf(`alarm ${first}`, from) };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not taken within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    const sending = transport.sendMail({
      from: { name: fromName, address: from },
      to,
      subject: message.subject,
      text: message.text,
      html: message.html,
      messageId: idOf(notice.id, from),
      ...thread,
      headers: { "X-Plumeline-Notice": notice.id, "Auto-Submitted": "auto-generated" },
    });
    // When the deadline was first, what comes of it later is nobody's.
    sending.catch(() => undefined);
    const sent = await Promise.race([sending, late]);
    return { ok: true, detail: hideSecrets(sent.response, channel).slice(0, bounds.noticeAnswerChars) };
  } catch (error) {
    return judgeError(error, channel);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}
