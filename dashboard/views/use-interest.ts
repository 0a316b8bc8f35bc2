// Says what a screen wants to hear live for as long as it is drawn: `useInterest("all")`, `useInterest({ sites: [id] })`.
// Alarms and counts come whatever is wanted.

import { useLayoutEffect } from "react";
import type { Interest } from "../state/interest.ts";
import { useApp } from "./app-context.ts";

export function useInterest(interest: Interest): void {
  const { live } = useApp();
  const key = JSON.stringify(interest);
  // Before anything is drawn: a screen whose readings have not been asked for must not show that there are none.
  // `key` says everything the interest does and is the same text in every render.
  useLayoutEffect(() => live.addInterest(interest), [live, key]);
}
