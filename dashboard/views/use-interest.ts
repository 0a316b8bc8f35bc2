// Says what a screen wants to hear live for as long as it is drawn: `useInterest("all")`, `useInterest({ sites: [id] })`.
// Alarms and counts come whatever is wanted.

import { useEffect } from "react";
import type { Interest } from "../state/interest.ts";
import { useApp } from "./app-context.ts";

export function useInterest(interest: Interest): void {
  const { live } = useApp();
  const key = JSON.stringify(interest);
  // `key` says everything the interest does and is the same text in every render.
  useEffect(() => live.addInterest(interest), [live, key]);
}
