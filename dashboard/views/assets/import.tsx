// Sites from a table: a file is dropped, the server says row by row what would happen, a person confirms, and sees how far it is.
// Nothing is written before that, and what is written is what was shown.

import { useState } from "react";
import { Link } from "wouter";
import { useApp } from "../app-context.ts";
import { DeviceTabs } from "../devices/device-frame.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { useInterest } from "../use-interest.ts";
import { dryRun, type ImportReport, startImport, useImportJob, useImportWords } from "./import-data.ts";
import { ImportTable } from "./import-table.tsx";
import "../../style/assets.css";
import "../../style/asset-import.css";

type Stage =
  | { readonly name: "choose" }
  | { readonly name: "reading"; readonly file: File }
  | { readonly name: "report"; readonly file: File; readonly report: ImportReport }
  | { readonly name: "running"; readonly job: string };

export function AssetImportView() {
  const words = useImportWords();
  const { user } = useApp();
  useInterest("none");
  const [stage, setStage] = useState<Stage>({ name: "choose" });
  const [error, setError] = useState<{ readonly what: string; readonly error: unknown } | null>(null);

  async function read(file: File): Promise<void> {
    setError(null);
    setStage({ name: "reading", file });
    try {
      setStage({ name: "report", file, report: await dryRun(file) });
    } catch (failure) {
      setError({ what: words.load, error: failure });
      setStage({ name: "choose" });
    }
  }

  async function submit(file: File, { digest }: ImportReport): Promise<void> {
    setError(null);
    try {
      setStage({ name: "running", job: (await startImport(file, digest)).id });
    } catch (failure) {
      setError({ what: words.commit, error: failure });
    }
  }

  return (
    <section className="view devices-view import-view" aria-label={words.title}>
      <DeviceTabs>
        <h1 className="import-title">{words.title}</h1>
        {stage.name !== "choose" && (
          <button type="button" onClick={() => setStage({ name: "choose" })}>
            {words.another}
          </button>
        )}
      </DeviceTabs>
      {error !== null && (
        <Failed
          what={error.what}
          error={error.error}
          retry={() => void (stage.name === "report" ? read(stage.file) : setError(null))}
        />
      )}
      {user.role !== "admin" ? (
        <Notice title={words.adminOnly} />
      ) : (
        <>
          {stage.name === "choose" && <Chooser take={(file) => void read(file)} />}
          {stage.name === "reading" && (
            <div className="panel import-panel">
              <p role="status">{words.reading}</p>
              <Loading lines={8} />
            </div>
          )}
          {stage.name === "report" && (
            <ImportTable file={stage.file} report={stage.report} submit={() => submit(stage.file, stage.report)} />
          )}
          {stage.name === "running" && <Progress job={stage.job} />}
        </>
      )}
    </section>
  );
}

function Chooser({ take }: { readonly take: (file: File) => void }) {
  const words = useImportWords();
  const { language } = useUrl();
  const [isOver, setOver] = useState(false);
  const template = (format: string): string => `/api/v1/sites/import/template?format=${format}&lang=${language}`;
  return (
    <div className="panel import-panel">
      <div
        className="import-drop"
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const [file] = event.dataTransfer.files;
          if (file !== undefined) take(file);
        }}
      >
        <p>{words.drop}</p>
        <label className="import-file">
          {words.choose}
          <input
            type="file"
            accept=".csv,.txt,.xlsx"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file !== undefined) take(file);
            }}
          />
        </label>
      </div>
      <p>{words.rules}</p>
      <p>
        {words.template}{" "}
        <a className="button" href={template("xlsx")} download>
          XLSX
        </a>{" "}
        <a className="button" href={template("csv")} download>
          CSV
        </a>
      </p>
    </div>
  );
}

/** So many ids are named; the rest is a number. */
const namedMax = 20;

function Progress({ job: id }: { readonly job: string }) {
  const words = useImportWords();
  const { href } = useUrl();
  const { data: job, error, refetch } = useImportJob(id);
  if (job === undefined) {
    return error === null ? (
      <Loading lines={4} />
    ) : (
      <Failed what={words.commit} error={error} retry={() => void refetch()} />
    );
  }
  const { done, total, counts, skipped, state, why } = job;
  const says = {
    running: words.running(formatCount(done), formatCount(total)),
    done: words.done(formatCount(counts.new), formatCount(counts.changed)),
    failed: words.failed(formatCount(done), formatCount(total)),
  };
  return (
    <div className="panel import-panel import-progress" data-state={state} data-testid="import-progress">
      <p role="status" className="import-says">
        {says[state]}
      </p>
      <progress value={done} max={Math.max(1, total)} aria-label={words.commit} />
      {state === "running" && <p className="hint">{words.mayLeave}</p>}
      {why !== null && <p>{why}</p>}
      {skipped.length > 0 && <p>{words.skipped(formatCount(skipped.length), skipped.slice(0, namedMax).join(", "))}</p>}
      <p className="hint">{words.decision(id)}</p>
      {state !== "running" && (
        <p>
          <Link className="button" href={href("/assets")}>
            {words.back}
          </Link>
        </p>
      )}
    </div>
  );
}
