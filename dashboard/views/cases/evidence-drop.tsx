// Takes files by dropping, choosing or the camera of a phone, several at once, and sends them one after the other with their
// progress. What failed can be sent again; what was kept is told with its hash by the list above.

import { useEffect, useId, useRef, useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { useWords } from "../../i18n/i18n.ts";
import { uploadFile } from "../../feed/upload.ts";
import { explainError } from "../panels.tsx";
import { type EvidenceRow, useStageWords } from "./case-data.ts";
import { formatSize } from "./evidence-list.tsx";

/** What the server takes. */
const accepted =
  "image/jpeg,image/png,image/webp,image/heic,video/mp4,video/quicktime,audio/mpeg,audio/mp4,audio/wav," +
  "application/pdf,text/plain,text/csv,.xlsx,.docx";

interface Sending {
  readonly key: number;
  readonly file: File;
  readonly part: number;
  readonly step: "waiting" | "sending" | "kept" | "failed";
  readonly error: unknown;
}

interface DropProps {
  /** Below /api/v1, without query. */
  readonly path: string;
  readonly label: string;
  /** After each file that was kept, with what the server says of it. */
  readonly sent: (answer: unknown) => Promise<void> | void;
}

/** The evidence in an answer: the piece itself, or the newest of a case. */
export function readEvidence(answer: unknown): EvidenceRow | null {
  if (typeof answer !== "object" || answer === null) return null;
  if ("sha256" in answer && "id" in answer) return answer as EvidenceRow;
  if ("evidence" in answer && Array.isArray(answer.evidence)) return (answer.evidence.at(-1) as EvidenceRow) ?? null;
  if ("evidence" in answer) return readEvidence(answer.evidence);
  return null;
}

let nextKey = 1;

export function EvidenceDrop({ path, label, sent }: DropProps) {
  const { evidence: words } = useStageWords();
  const catalogue = useWords();
  const id = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const [list, setList] = useState<readonly Sending[]>([]);
  const [note, setNote] = useState("");
  const [refused, setRefused] = useState<readonly string[]>([]);
  const [isOver, setOver] = useState(false);
  const change = (key: number, changes: Partial<Sending>): void =>
    setList((now) => now.map((each) => (each.key === key ? { ...each, ...changes } : each)));

  // One after the other: a phone's line is narrow, and each is an entry of its own.
  const waiting = list.some(({ step }) => step === "sending") ? undefined : list.find(({ step }) => step === "waiting");
  const latest = useRef({ sent, note });
  latest.current = { sent, note };
  useEffect(() => {
    if (waiting === undefined) return;
    const { key, file } = waiting;
    change(key, { step: "sending", part: 0 });
    const query = new URLSearchParams({ name: file.name });
    if (latest.current.note.trim() !== "") query.set("note", latest.current.note.trim());
    if (file.lastModified > 0) query.set("takenAt", new Date(file.lastModified).toISOString());
    uploadFile<unknown>(`${path}?${query}`, file, { onProgress: (part) => change(key, { part }) })
      .then(async (answer) => {
        change(key, { step: "kept", part: 1 });
        await latest.current.sent(answer);
      })
      .catch((error: unknown) => change(key, { step: "failed", error }));
  }, [waiting, path]);

  function take(files: FileList | null): void {
    const chosen = [...(files ?? [])];
    setRefused(chosen.filter(({ size }) => size > bounds.evidenceBytesMax).map(({ name }) => words.tooLarge(name)));
    const fresh = chosen
      .filter(({ size }) => size <= bounds.evidenceBytesMax)
      .map((file): Sending => ({ key: nextKey++, file, part: 0, step: "waiting", error: null }));
    setList((now) => [...now, ...fresh]);
  }

  return (
    <div className="evidence-add" role="group" aria-label={label}>
      <label className="evidence-note">
        {words.note}
        <input value={note} maxLength={200} autoComplete="off" onChange={(event) => setNote(event.target.value)} />
      </label>
      <div
        className="evidence-drop"
        data-over={isOver}
        data-testid="evidence-drop"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <span className="evidence-says">{words.drop}</span>
        <button type="button" onClick={() => chooser.current?.click()}>
          {words.choose}
        </button>
        <button type="button" className="evidence-camera" onClick={() => camera.current?.click()}>
          {words.photo}
        </button>
        <span className="hint">{words.limits}</span>
        <input
          ref={chooser}
          id={`${id}files`}
          type="file"
          multiple
          hidden
          accept={accepted}
          aria-label={label}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <input
          ref={camera}
          id={`${id}camera`}
          type="file"
          hidden
          accept="image/*"
          capture="environment"
          aria-label={words.photo}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
      </div>
      {refused.map((text) => (
        <p key={text} className="evidence-wrong" role="alert">
          {text}
        </p>
      ))}
      <ul className="evidence-sending" aria-live="polite">
        {list.map((each) => (
          <li key={each.key} data-step={each.step} data-testid="evidence-sending">
            <Preview file={each.file} />
            <span className="evidence-name">
              {each.file.name} <span className="hint">{formatSize(each.file.size)}</span>
            </span>
            {each.step === "sending" && (
              <progress value={each.part} max={1} aria-label={words.sending(Math.round(each.part * 100))} />
            )}
            {each.step === "kept" && <span>✓ {words.done}</span>}
            {each.step === "failed" && (
              <>
                <b>
                  {words.failed(each.file.name)}: {explainError(catalogue, each.error)}
                </b>
                <button type="button" onClick={() => change(each.key, { step: "waiting", error: null })}>
                  {words.retry}
                </button>
              </>
            )}
            {(each.step === "failed" || each.step === "kept") && (
              <button
                type="button"
                className="quiet"
                aria-label={`${words.dismiss} ${each.file.name}`}
                onClick={() => setList((now) => now.filter(({ key }) => key !== each.key))}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const previewPixels = 96;

/** Of a picture, drawn by hand: the content policy allows no addresses of the page's own. */
function Preview({ file }: { readonly file: File }) {
  const { evidence: words } = useStageWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isPicture, setPicture] = useState(file.type.startsWith("image/"));
  useEffect(() => {
    if (!file.type.startsWith("image/")) return undefined;
    let isGone = false;
    createImageBitmap(file, { resizeHeight: previewPixels, resizeQuality: "medium" })
      .then((bitmap) => {
        const place = canvas.current;
        if (isGone || place === null) return;
        place.width = bitmap.width;
        place.height = bitmap.height;
        place.getContext("2d")?.drawImage(bitmap, 0, 0);
      })
      // What calls itself a picture and is none has no preview.
      .catch(() => setPicture(false));
    return () => {
      isGone = true;
    };
  }, [file]);
  return isPicture ? <canvas ref={canvas} role="img" aria-label={words.preview(file.name)} /> : null;
}
