// The words of the system page in English.

import type { systemZh } from "./system-zh.ts";

export const systemEn: typeof systemZh = {
  title: "System health",
  load: "Loading system health",
  asOf: (at) => `as of ${at}`,
  stale: (age) => `No new answer for ${age}: what is shown is old`,
  partial: (names) => `Some sources do not answer: ${names}. Their numbers are shown as “unknown”.`,
  sources: { broker: "broker", ingest: "ingest", disk: "disk" },
  well: "All is well",
  wellTitle: "No number is beyond its threshold, and there is no system alarm",
  attention: (n) => `${n} to look at`,
  alarms: "System alarms",
  noAlarms: "No system alarm",
  allAlarms: "Alarm console",
  conditions: "Not normal now (an alarm after five seconds)",
  since: (at) => `since ${at}`,
  groups: {
    intake: "Intake",
    processing: "Processing",
    stores: "Stores",
    accounts: "Accounts and evidence",
    screens: "Screens",
  },
  states: { ok: "normal", look: "look", bad: "bad", unknown: "unknown" },
  tiles: {
    frames: "Frames received",
    devices: "Devices connected",
    refused: "Refused at the door",
    upstream: "External MQTT",
    readings: "Readings processed",
    lag: "Processing lag",
    backlog: "Backlog",
    journal: "Journal size",
    disk: "Days left on disk",
    history: "History store",
    state: "State store",
    damaged: "Damaged entries",
    ledger: "Ledger",
    quarantine: "Open quarantine",
    screens: "Live screens",
    version: "Version",
  },
  threshold: (text) => `threshold ${text}`,
  noThreshold: "no threshold",
  lineTitle: (name, minutes) => `${name}, last ${minutes} min`,
  collecting: "Collecting; nothing is kept while the page is closed",
  whatToDo: "What to do",
  open: "Open",
  yes: "ok",
  no: "failing",
  balanced: "balanced",
  unbalanced: "not balanced",
  catchingUp: "catching up",
  unknown: "unknown",
  noAnswer: "this source does not answer",
  perSecond: "/s",
  seconds: "s",
  days: "days",
  entries: "entries",
  doors: { mqtt: "MQTT", mqtts: "MQTT TLS", http: "HTTP", hj212: "HJ 212", upstream: "external" },
  connected: "connected",
  away: "not connected",
  upstreamLine: (version, frames, waiting) => `MQTT ${version}, ${frames} frames taken, ${waiting} wait for the disk`,
  upstreamSince: (age) => `for ${age}`,
  upstreamRefused: (count) => `${count} refused`,
  outcomes: { stored: "stored", quarantined: "quarantined", duplicate: "duplicate" },
  refusals: {
    "bad-credentials": "credentials",
    "locked-out": "locked out",
    "not-ready": "not ready",
    "certificate-untrusted": "foreign certificate",
    "certificate-expired": "certificate expired",
    "certificate-revoked": "certificate revoked",
    "certificate-unknown": "unknown certificate",
    "certificate-wrong-name": "certificate name",
    "tls-failed": "TLS failed",
    "foreign-topic": "foreign topic",
    "foreign-subscription": "foreign subscription",
    "too-large": "too large",
    "too-many-connections": "too many connections",
    "too-many-subscriptions": "too many subscriptions",
    "slow-reader": "slow reader",
    malformed: "malformed packet",
    "bad-text": "invalid text",
    "bad-topic": "invalid topic",
    "bad-connect": "invalid login",
    "bad-client-id": "client id",
    "unsupported-version": "protocol version",
    "out-of-turn": "packet out of turn",
    "bad-websocket": "WebSocket",
    "session-full": "session full",
  },
  sinceStart: (n) => `${n} since start`,
  archive: (bytes) => `${bytes} with the archive`,
  diskBound: "the disk is the bound",
  ofBound: (bytes) => `bound ${bytes}`,
  free: (free, all) => `${free} free of ${all}`,
  growth: (bytes, forText) => `+${bytes} a day (over ${forText})`,
  noGrowth: (forText) => `no growth over ${forText}`,
  measuring: (forText) => `measuring, watched for ${forText}`,
  daysMany: "> 999",
  slow: (n) => `${n} slow`,
  screensRefused: (n) => `${n} refused`,
  lessThan: (text) => `< ${text}`,
  moreThan: (text) => `> ${text}`,
  must: (text) => `must be ${text}`,
  runbookTitle: "Runbook",
  runbookNote:
    "What each line of the server's log means, backup and restore: docs/operations.md in the program's folder.",
  runbook: {
    frames: {
      means: "Frames acknowledged per second, by door. Acknowledged means: on disk.",
      steps: [
        "Suddenly zero: look at the connected devices and the journal, then at the network.",
        "Much higher: sort the ledger by site and find the device that sends too much.",
      ],
    },
    devices: {
      means: "Devices that hold an MQTT connection now.",
      steps: [
        "Many gone at once: check network and ports, then whether the journal is full (then nothing is acknowledged, and devices come and go).",
        "Single devices: filter the overview by stopped data.",
      ],
    },
    refused: {
      means:
        "Connections, packets and subscriptions turned away at the door (wrong password, foreign topic, too large …). A few are normal.",
      steps: [
        "If it keeps growing: find “refused at the MQTT door” in the server's log, by site and reason.",
        "Wrong passwords: issue new credentials for that site.",
      ],
    },
    upstream: {
      means:
        "The subscription at an external MQTT broker (Mosquitto, EMQX). A message is acknowledged when it is on disk; while we are away, the session there keeps what is published.",
      steps: [
        "Not connected: see the reason below. Password, access list or certificate are mended there, or in the settings UPSTREAM_MQTT_….",
        "Away for long: look at the bound of its queue (Mosquitto: max_queued_messages); what is above is dropped there and is in no account of ours.",
        "Many that wait for the disk: see journal size and processing lag.",
      ],
    },
    readings: {
      means: "Readings processed per second, by what became of them: stored, quarantined, duplicate.",
      steps: [
        "Zero while frames arrive: processing has stalled, see the lag.",
        "More in quarantine: see the reasons on the quarantine page.",
      ],
    },
    lag: {
      means:
        "Age of the oldest journal entry that is not processed. Beyond the threshold alarms are late, and the system raises a priority 1 alarm.",
      steps: [
        "Does the backlog fall? Then it is catching up: wait.",
        "If not: look for “ingest failed” in the server's log. The role is started again by itself; the frame it failed at goes into quarantine.",
        "Devices lose nothing: the journal goes on acknowledging.",
      ],
    },
    backlog: {
      means: "Entries on disk that are not processed yet.",
      steps: [
        "Higher for a short time after an upgrade or a restart: normal.",
        "If it keeps growing: there is more load than this machine processes.",
      ],
    },
    journal: {
      means:
        "Size of the journal that still has to be read, against its bound (JOURNAL_BYTES_MAX; without one the disk is the bound). At the bound nothing is acknowledged; nothing is overwritten.",
      steps: [
        "Near the bound: look at the lag; once it has caught up this falls by itself.",
        "Nothing is acknowledged: make room or raise JOURNAL_BYTES_MAX; it goes on by itself.",
      ],
    },
    disk: {
      means:
        "For how many days the disk has room, by how the data folder has grown. Told after 15 minutes of watching.",
      steps: [
        "Add disk space, or move DATA_DIR.",
        "If needed set JOURNAL_ARCHIVE_DAYS to keep raw frames for so many days only (they are the evidence: back them up first).",
      ],
    },
    history: {
      means:
        "Does the history store take data? If not, alarms go on, what is missing waits in the journal, and is written when it is back.",
      steps: [
        "Read the hint in the server's log.",
        "InfluxDB: does the service run, is its disk full, are its credentials valid?",
        "Wait for “history has caught up”.",
      ],
    },
    state: {
      means:
        "Does the state store (sites, limits, alarms, ledger) take data? If not, decisions of people take effect later, and they are told so.",
      steps: [
        "Check disk space and permissions of DATA_DIR.",
        "Read the hint of “the store takes nothing” in the server's log.",
      ],
    },
    damaged: {
      means:
        "Acknowledged entries that cannot be read. Normal is 0; anything else means the disk lost or changed bytes.",
      steps: [
        "Copy DATA_DIR/journal as evidence, then check the disk.",
        "The server's log has the numbers of the entries; ask the devices to send that time again.",
      ],
    },
    ledger: {
      means: "Acknowledged frames = stored + quarantined + duplicate + pending. If not, frames are unaccounted for.",
      steps: [
        "Find the difference on the ledger page, by day and site.",
        "Keep DATA_DIR, note the numbers, and report it.",
      ],
    },
    quarantine: {
      means: "Refused frames and readings nobody has decided about. All bytes are kept.",
      steps: ["By reason: mend the device or register the site, then reprocess; dismiss what is of no use."],
    },
    screens: {
      means: "Open live connections, and those that are slow (readings are merged for them, alarms never).",
      steps: ["Slow ones: look at that computer and its network.", "More refused: does a page reconnect all the time?"],
    },
    version: { means: "The version that runs.", steps: ["Back up before an upgrade, see docs/operations.md."] },
  },
};
