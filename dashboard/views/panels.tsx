// What a view shows when it has nothing else to show: loading, empty, failed, not found, not allowed.

import type { ReactNode } from "react";
import { Link } from "wouter";
import { ApiProblem } from "../feed/request.ts";
import { useWords } from "../i18n/i18n.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import { useUrl } from "./url-state.ts";

/** Grey bars in the layout of what will come; the style sheet shows them only after 300 ms. */
export function Loading({ lines = 6 }: { readonly lines?: number }) {
  const words = useWords();
  return (
    <div className="loading" role="status" aria-label={words.state.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="loading-line" />
      ))}
    </div>
  );
}

export function Notice({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="notice">
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

/** Why something failed, in the words of the screen where there are some. */
export function explainError(words: Catalogue, error: unknown): string {
  const { state } = words;
  // What fetch throws when nobody answers.
  if (error instanceof TypeError) return state.unreachable;
  if (!(error instanceof ApiProblem)) return String(error);
  if (error.status === 0) return state.unreachable;
  return state.reason(state.problems[error.code] ?? error.message, error.requestId);
}

/** What failed, why, the request's number, and a way to try again. `kept` = older data is still on the screen. */
export function Failed(props: {
  readonly what: string;
  readonly error: unknown;
  readonly retry: () => void;
  readonly kept?: boolean;
}) {
  const words = useWords();
  const { href } = useUrl();
  const { error } = props;
  const problem = error instanceof ApiProblem ? error : null;
  if (problem?.status === 403) {
    return (
      <Notice title={words.state.noPermission}>
        <Link href={href("/overview")}>{words.state.home}</Link>
      </Notice>
    );
  }
  const isTranslated = problem !== null && words.state.problems[problem.code] !== undefined;
  return (
    <div
      className={props.kept === true ? "failed failed-slim" : "failed"}
      role="alert"
      title={isTranslated ? `${problem.message}. ${problem.hint}` : undefined}
    >
      <span>
        <strong>{words.state.failed(props.what)}</strong> {explainError(words, error)}{" "}
        {problem === null || isTranslated ? "" : problem.hint} {props.kept === true ? words.state.kept : ""}
      </span>
      <button type="button" onClick={props.retry}>
        {words.state.retry}
      </button>
    </div>
  );
}

export function NotFound({ title }: { readonly title: string }) {
  const words = useWords();
  const { href } = useUrl();
  return (
    <Notice title={title}>
      <Link href={href("/overview")}>{words.state.home}</Link>
    </Notice>
  );
}
