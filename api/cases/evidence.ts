// What may be evidence: media types that are taken, and names of files as they are kept and given back. Pure.

import { bounds } from "#domain/bounds.ts";

/** Photos, films, recordings, papers, tables, and what the centre itself froze. */
export const evidenceTypes = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/heic",
  "video/mp4",
  "video/quicktime",
  "audio/mpeg",
  "audio/mp4",
  "audio/wav",
  "application/pdf",
  "application/json",
  "text/plain",
  "text/csv",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
] as const;

export function isEvidenceType(mediaType: string): boolean {
  return (evidenceTypes as readonly string[]).includes(mediaType);
}

/** Signs that are control signs, part a path, or turn the direction of text (a name that lies about its ending). */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu;

/** The last part of a path, without signs that mean something to a file system or hide something from people. */
export function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = last
    .replaceAll(unsafe, "_")
    .replace(/^[.\s]+/, "")
    .trim();
  const short = [...clean].slice(0, bounds.textCharsMax).join("");
  return short === "" ? "file" : short;
}

/** The header that makes a browser keep the file instead of showing it [RFC 6266, RFC 8187]. */
export function formatDisposition(name: string): string {
  const plain = name.replaceAll(/[^\w.-]+/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
