// Code that is fetched when it is needed, by a screen that must survive a server that is away just then: the fetch is tried again
// until the server is back. When the server is there and the code is not, a newer version has taken its place: then the error is
// shown, with the button that loads the page anew.

import { lazy, type ComponentType, type LazyExoticComponent } from "react";

export type Loaded<P> = { readonly default: ComponentType<P> };

const tryEveryMs = 1_500;

async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch("/", { method: "HEAD", cache: "no-store" })).ok;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}

export async function loadPatiently<P>(load: () => Promise<Loaded<P>>): Promise<Loaded<P>> {
  let missed = 0;
  for (;;) {
    try {
      return await load();
    } catch (error) {
      missed = (await isServerThere()) ? missed + 1 : 0;
      // Twice: the first may have met the last moment of a restart.
      if (missed === 2) throw error;
    }
    await new Promise((resume) => setTimeout(resume, tryEveryMs));
  }
}

export function patientLazy<P>(load: () => Promise<Loaded<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(() => loadPatiently(load));
}
