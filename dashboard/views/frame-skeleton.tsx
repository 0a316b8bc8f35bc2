// The frame in grey before anything is known: the lines of the header and the place of a screen, so that nothing jumps when the
// first answer comes. A screen without header is dark from its first moment: a room at night must not be lit up by it.

import { useWords } from "../i18n/i18n.ts";
import { Loading } from "./panels.tsx";
import { findScreen } from "./routes.ts";
import { useUrl } from "./url-state.ts";

export function FrameSkeleton() {
  const words = useWords();
  const { path } = useUrl();
  if (findScreen(path)?.bare === true) {
    return (
      <main className="skeleton-bare" data-theme="wall">
        <Loading lines={12} />
      </main>
    );
  }
  return (
    <div className="shell">
      <header className="header">
        <div className="header-line">
          <span className="brand">{words.productShort}</span>
        </div>
        <div className="header-line header-status" />
      </header>
      <main id="content">
        <div className="view">
          <Loading lines={12} />
        </div>
      </main>
    </div>
  );
}
