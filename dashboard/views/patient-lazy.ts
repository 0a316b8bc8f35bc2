// Code that is fetched when it is needed, by a screen that must survive a server that is away just then: the fetch is tried again
// for as long as a restart takes, and only then given up.

import { lazy, type ComponentType, type LazyExoticComponent } from "react";

export type Loaded<P> = { readonly default: ComponentType<P> };

const tryEveryMs = 1_500;
const triesMax = 40;

export async function loadPatiently<P>(load: () => Promise<Loaded<P>>): Promise<Loaded<P>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      // What the browser says when a file of the program cannot be fetched; anything else is a fault of the code.
      if (!(error instanceof TypeError || (error instanceof Error && /preload/i.test(error.message)))) throw error;
      if (tries === triesMax) throw error;
    }
    await new Promise((resume) => setTimeout(resume, tryEveryMs));
  }
}

export function patientLazy<P>(load: () => Promise<Loaded<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(() => loadPatiently(load));
}
