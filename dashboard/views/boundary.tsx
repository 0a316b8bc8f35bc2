// Catches what no view expected: says so in both languages (the words in force may be what broke) and offers to reload.

import { Component, type ReactNode } from "react";
import { en } from "../i18n/en.ts";
import { zhCN } from "../i18n/zh-CN.ts";

interface BoundaryState {
  readonly error: unknown;
}

/** Code of an older build that the server has no more: nothing is broken. */
function isOutdated(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("dynamically imported module");
}

export class Boundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="lonely">
        <div className="failed" role="alert">
          <span>
            {isOutdated(this.state.error) ? (
              <strong>
                {zhCN.state.updated} / {en.state.updated}
              </strong>
            ) : (
              <>
                <strong>
                  {zhCN.state.crashed} / {en.state.crashed}
                </strong>{" "}
                {String(this.state.error)}
              </>
            )}
          </span>
          <button type="button" onClick={() => location.reload()}>
            {zhCN.state.reload} / {en.state.reload}
          </button>
        </div>
      </div>
    );
  }
}
