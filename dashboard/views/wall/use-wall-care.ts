// What a screen needs that nobody touches for months: it moves by two pixels every hour, so that nothing burns in, and loads a
// new version of the program when one is served and nothing urgent is on.

import { useEffect, useRef } from "react";
import { hourMs } from "#domain/time.ts";
import { useServerNow } from "../app-context.ts";

const lookEveryMs = 300_000;
const shifts = ["0 0", "2px 0", "2px 2px", "0 2px"] as const;

/** CSS `translate` of this hour. */
export function useShift(): string {
  return shifts[Math.floor(useServerNow() / hourMs) % shifts.length] ?? "0 0";
}

/** The scripts a page asks for have other names in every build. */
async function readBuild(): Promise<string | null> {
  const response = await fetch("/", { cache: "no-store", headers: { accept: "text/html" } });
  return response.ok ? (/src="(\/assets\/[^"]+\.js)"/.exec(await response.text())?.[1] ?? null) : null;
}

export function useNewBuild(isQuiet: boolean): void {
  const quiet = useRef(isQuiet);
  quiet.current = isQuiet;
  useEffect(() => {
    const own = document.querySelector('script[type="module"][src]')?.getAttribute("src") ?? null;
    const look = async (): Promise<void> => {
      try {
        const served = await readBuild();
        if (own !== null && served !== null && served !== own && quiet.current) location.reload();
      } catch (error) {
        // The server is away: the wall says so already, and looks again in five minutes.
        if (!(error instanceof TypeError)) throw error;
      }
    };
    const timer = setInterval(() => void look(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
}
