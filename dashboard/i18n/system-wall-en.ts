// The words of the wall display and of the profile in English.

import type { profileZh, wallZh } from "./system-wall-zh.ts";

export const wallEn: typeof wallZh = {
  title: "Wall",
  alarms: "Most urgent alarms",
  more: (n) => `${n} more`,
  quiet: "No alarm in the province",
  kpi: {
    label: "Key figures",
    online: "Sites online",
    unacked: "Unacknowledged",
    active: "Active alarms",
    stale: "Sites without data",
    worst: "Furthest over its limit",
    times: (n) => `${n}× over`,
    none: "none",
  },
  blind: "This wall is blind",
  blindSince: (at, forText) => `No data since ${at} (for ${forText}): do not trust what is shown`,
  blindNever: (forText) => `No data was received yet (for ${forText})`,
  limited: "Too many sites: stopped data is not judged",
  since: (forText) => `for ${forText}`,
  sound: { on: "Sound on", muted: "Muted", off: "Sound off", blocked: "Sound blocked by the browser" },
};

export const profileEn: typeof profileZh = {
  title: "My settings",
  who: "Signed in as",
  username: "User name",
  name: "Name",
  role: "Role",
  lastSignIn: "Last sign-in",
  loadSession: "Loading the last sign-in",
  look: "Display",
  language: "Language",
  languageNote: "Language and theme stand in the address and go along with every link",
  theme: "Theme",
  density: "Density",
  densities: { normal: "Normal", dense: "Dense" },
  hearing: "Sound",
  sound: "New alarms are heard",
  soundNote: "Kept in this browser; to mute for two minutes use the sound button of the header",
  wallSound: "A wall is silent; to make it heard, open it by this address:",
  keys: "Keyboard",
  singleKeys: "Use single-letter keys (j, k, a, ?, g …)",
  keysNote: "Switch them off with speech input or a screen reader; Tab, arrows and Enter go on working",
  here: "These settings are kept in the browser of this machine, not with the account",
  reset: "Back to the defaults",
};
