// The evidence of a case: name, size, who handed it in and when, its SHA-256, and a picture where there is one to see.

import { useState } from "react";
import { formatLocal } from "#domain/time.ts";
import { casePath, type EvidenceRow, useStageWords } from "./case-data.ts";

const kilo = 1024;

export function formatSize(bytes: number): string {
  if (bytes < kilo) return `${bytes} B`;
  return bytes < kilo * kilo ? `${Math.round(bytes / kilo)} KB` : `${(bytes / kilo / kilo).toFixed(1)} MB`;
}

function isPicture({ mediaType }: EvidenceRow): boolean {
  return /^image\/(?:png|jpeg|webp|gif)$/.test(mediaType);
}

interface ListProps {
  readonly caseId: string;
  readonly evidence: readonly EvidenceRow[];
}

export function EvidenceList({ caseId, evidence }: ListProps) {
  const { evidence: words } = useStageWords();
  if (evidence.length === 0) return <p className="hint">{words.none}</p>;
  return (
    <ul className="evidence-list">
      {evidence.map((each) => (
        <Piece
          key={each.id}
          piece={each}
          address={`/api/v1${casePath(caseId)}/evidence/${encodeURIComponent(each.id)}`}
        />
      ))}
    </ul>
  );
}

function Piece({ piece, address }: { readonly piece: EvidenceRow; readonly address: string }) {
  const { evidence: words } = useStageWords();
  const [isBroken, setBroken] = useState(false);
  const { takenAt, place } = piece;
  const isFrozen = piece.by === "system";
  const at = formatLocal(Date.parse(piece.at)).slice(0, 16);
  return (
    <li data-testid="evidence" data-key={piece.id}>
      {isPicture(piece) && !isBroken ? (
        <img src={address} alt={words.preview(piece.name)} loading="lazy" onError={() => setBroken(true)} />
      ) : (
        <span className="evidence-kind" aria-hidden="true">
          {(/\.([A-Za-z0-9]{1,4})$/.exec(piece.name)?.[1] ?? "?").toUpperCase()}
        </span>
      )}
      <div>
        <a href={address} download={piece.name}>
          <b>{piece.name}</b>
        </a>{" "}
        <span className="hint">{formatSize(piece.bytes)}</span>
        <br />
        <span className="hint">{isFrozen ? words.frozen(at) : words.captured(piece.by, at)}</span>
        {takenAt !== null && !isFrozen && (
          <span className="hint"> · {words.taken(formatLocal(Date.parse(takenAt)).slice(0, 16))}</span>
        )}
        {place !== null && <span className="hint"> · {words.place(place.lat.toFixed(5), place.lon.toFixed(5))}</span>}
        {piece.note !== "" && !isFrozen && <p>{piece.note}</p>}
        <p className="evidence-hash">
          {words.hash} <code>{piece.sha256}</code>
        </p>
      </div>
    </li>
  );
}
