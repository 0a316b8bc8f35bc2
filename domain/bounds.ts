// Every bound of the system in one place, with the relations between them asserted when the module loads.

export const bounds = {
  /** One MQTT or HTTP payload. */
  frameBytesMax: 256 * 1024,
  /** Values in one frame. */
  frameValuesMax: 5_000,
  /** An identifier or short text from outside. */
  textCharsMax: 200,
  /** Frames per second one device may send in the long run, and in a burst. */
  deviceFramesPerSecond: 2_500,
  deviceFramesBurst: 5_000,
  /** One group commit. */
  commitBytesMax: 4 * 1024 * 1024,
  /** Waiting for the disk; past it the broker stops reading sockets. */
  appendQueueBytesMax: 64 * 1024 * 1024,
  /** Event time ahead of receive time. */
  clockAheadMsMax: 10 * 60_000,
  /** From here a reading carries the remark "clock ahead". */
  clockAheadMsNoted: 5_000,
  /** From here a reading carries the remark "late". */
  lateMsNoted: 10 * 60_000,
  /** The oldest back-fill that is taken: ten years. */
  readingAgeMsMax: 3653 * 86_400_000,
  /** A window closes this long (receive time) after its end; what comes later re-opens it. */
  windowGraceMs: { "1m": 10_000, "1h": 60_000, "1d": 300_000 },
  /** Closed windows of a series that are kept, so that late readings re-open them by their own sums. */
  windowsKept: { "1m": 5, "1h": 25, "1d": 3 },
  /** The same over all series, per tier: with very many series fewer are kept of each. */
  windowsKeptMax: 500_000,
  /** Windows older than these that are in memory because readings for them arrive; past it they are told at once. */
  lateWindowsMax: 300_000,
  /** Times of one site and tier of which windows wait to be formed from history; past it neighbours are joined. */
  reopenedSpansMax: 64,
  /** After a pause (or a jump of the clock) so many hours are judged at most, though nothing came in them. */
  judgedGapHoursMax: 366 * 24,
  /** Windows of one series that are held against another limit in one go. */
  rejudgedWindowsMax: 366 * 24,
  /** Points of one site that are remembered to tell duplicates: all of the last minutes, at least and at most so many. */
  recentPointsMs: 15 * 60_000,
  recentPointsMin: 64,
  recentPointsMax: 4_096,
  /** At least so many of each site, over all sites: with very many sites fewer are remembered of each, but four. */
  recentPointsAllSites: 1_280_000,
  recentPointsLeast: 4,
  /** Times of one site of which it is remembered that there were readings, without their values; neighbours are joined. */
  coveredSpansMax: 16,
  coveredJoinMs: 60_000,
  /** Quarantine rows kept of one frame; its refusals are counted in full. */
  quarantineRowsPerFrame: 20,
  /** Places of refused readings remembered of one frame that was stored in part, so that only they are taken again. */
  quarantinePlacesPerFrame: 512,
  /** One decision about refused frames: frames in a request, and raw bytes and frames in one journal entry. */
  decisionFramesMax: 500,
  decisionBytesMax: 256 * 1024,
  decisionFramesPerEntry: 100,
  /** Frames of which ingest remembers the latest decision, to notice one that was made on an older view. */
  decisionsRemembered: 10_000,
  /** A table that a register is imported from: as it is sent, unpacked, rows and columns. */
  importBytesMax: 16 * 1024 * 1024,
  importUnpackedBytesMax: 96 * 1024 * 1024,
  importRowsMax: 50_000,
  importColumnsMax: 100,
  /** Sites in one command of an import, and imports that are remembered. */
  importSitesPerCommand: 200,
  importsRemembered: 20,
  /** Cases that are not over, and all that can be acted on: past the second the oldest that are over are history only. */
  casesOpenMax: 5_000,
  casesKept: 10_000,
  /** What rules have found and opened a case for: past it the oldest findings are forgotten. */
  caseKeysMax: 100_000,
  /** Of one case. */
  caseLinksMax: 500,
  caseEvidenceMax: 200,
  caseRepliesMax: 50,
  caseStepsMax: 200,
  caseTextCharsMax: 2_000,
  /** One file of evidence. */
  evidenceBytesMax: 20 * 1024 * 1024,
  /** Lines of HJ 212 loggers, and loggers behind one of them. */
  loggerLinesMax: 20_000,
  loggersPerLineMax: 2_000,
  /** A sheet of a handover: items of a block and items that go on from the sheet before; past it one line says how many more. */
  sheetItemsMax: 100,
  sheetCarriedMax: 300,
  /** Notes of one shift, and characters of one. */
  shiftNotesMax: 200,
  shiftNoteCharsMax: 2_000,
  /** Sheets that were shown and may still be signed, and for how long. */
  sheetDraftsMax: 64,
  sheetDraftMs: 10 * 60_000,
  /** Refused pieces of one line in the long run, and at once; past it the line is read slower. */
  lineFaultsPerSecond: 50,
  lineFaultsBurst: 500,
  /** A line on which no frame comes is ended: before its first one, and after. A day's report may be all that is sent. */
  loggerSilentFirstMsMax: 5 * 60_000,
  loggerSilentMsMax: 26 * 3_600_000,
  /** Loggers that no site has: told apart, frames per second of each, and at once. */
  unknownLoggersMax: 1_000,
  unknownLoggerFramesPerSecond: 10,
  unknownLoggerFramesBurst: 100,
  /** Spans of missing intervals kept of one logger and kind; past it the two nearest are joined. None is older than this. */
  gapSpansMax: 64,
  gapAgeMsMax: 366 * 86_400_000,
  /** Requests for what did not come that are not over, over all loggers. */
  gapRequestsOpenMax: 20,
  /** Means of devices that are remembered to be compared with ours; past it only the newest of each series. */
  fieldMeansMax: 500_000,
  /** Settings, parameters and serial numbers of one logger that are remembered, to notice a change. */
  loggerValuesMax: 256,
  /** Messages of an external broker that wait for the disk; at it the broker sends no more, and is not read. */
  upstreamFramesInFlightMax: 4_000,
  upstreamBytesInFlightMax: 16 * 1024 * 1024,
  /** Requests to devices that are not over; past it no further one is taken. */
  deviceRequestsOpenMax: 50_000,
  /** A mark: how long, and how far ahead it begins. */
  markMsMax: 366 * 86_400_000,
  markAheadMsMax: 366 * 86_400_000,
  /** Marks that count or wait to be accepted, over all sites. */
  marksMax: 200_000,
  /** Hints of falsification that later data can still change, and decisions about hints, over all sites. */
  hintsKept: 100_000,
  hintDecisionsMax: 200_000,
  /** Outlets of one kind and enterprise that are held against each other. */
  twinSitesMax: 60,
  /** Limits of one series and basis; in one order; and in all proposals that wait for a second person. */
  limitsPerSeriesMax: 1_000,
  limitsPerOrderMax: 500,
  limitsProposedMax: 50_000,
  /** Records of alarms; and what is out of service at a time. */
  alarmDefinitionsMax: 120_000,
  outOfServiceMax: 1_000,
  /** Alarms of which somebody is being told step by step; notices that are not over; alarms that one of them names. */
  noticeChainsMax: 20_000,
  noticesOpenMax: 20_000,
  noticeAlarmsMax: 100,
  /** Attempts kept of one notice: the first three and the last; all are counted. */
  noticeAttemptsKept: 20,
  /** So long a notice is tried before it counts as failed. */
  noticeAgeMsMax: 24 * 3_600_000,
  /** Notices that were cancelled are remembered so long: their message may have been under way. */
  noticesCancelledKept: 1_000,
  noticeCancelledMs: 5 * 60_000,
  /** More notices than this to one contact in the window are a flood: what follows comes as one digest. */
  noticeFloodMax: 10,
  noticeFloodMs: 10 * 60_000,
  noticeDigestMs: 5 * 60_000,
  /** Chattering alarms that were told once. */
  noticeChatterMax: 10_000,
  noticePoliciesMax: 200,
  onCallCalendarsMax: 200,
  noticeContactsMax: 5_000,
  noticeChannelsMax: 100,
  /** Bytes of an answer of a channel that are read, and characters of it that are kept. */
  noticeAnswerBytesMax: 64 * 1024,
  noticeAnswerChars: 200,
  /** Failed logins: places and sites whose failures are counted, and devices known to have been right from an address. */
  loginFailuresMax: 10_000,
  loginKnownMax: 50_000,
  /** Rows of the list of who was turned away lately. */
  refusedRowsMax: 1_000,
  /** Certificates of one site that are good at the same time. */
  siteCertificatesMax: 16,
  /** TLS handshakes in work at one door. */
  handshakesMax: 1_000,
  /** Lists of factors that sites have in common and that are kept once. */
  sharedFactorListsMax: 10_000,
  /** First bytes of a frame that is no text, shown as hexadecimal digits. */
  hexPreviewBytes: 512,
  /** First characters of a refused frame shown to people. */
  excerptChars: 240,
  /** Values waiting for the history store; past it history lets go and catches up from the journal later. */
  historyValuesMax: 400_000,
  /** Rows waiting for the state store; past it ingest reads no further, and the broker goes on. */
  stateRowsMax: 200_000,
  /** Live deltas kept for a client that comes back. */
  liveResumeMs: 120_000,
  liveResumeBytesMax: 32 * 1024 * 1024,
  /** Bytes waiting for one slow screen: from here readings are merged, from the second it is closed. */
  liveClientBytesMerge: 256 * 1024,
  liveClientBytesMax: 8 * 1024 * 1024,
  /** Newest values in one snapshot; a subscription with more series than this gets none, and is told so. */
  liveSnapshotRowsMax: 50_000,
  /** Stations that are evaluated for one answer, those read from history at once, and levels read of one of them. */
  stationsMax: 1_000,
  stationsPerRead: 50,
  stationReadingsMax: 400_000,
  /** Rows in one sheet of a spreadsheet; the format itself ends at 1,048,576. */
  sheetRowsMax: 1_000_000,
  /** Answers that are remembered by their Idempotency-Key; past it the oldest are forgotten. */
  repeatsMax: 10_000,
  /** Samples of one alarm with a delay that wait for older ones; past it the oldest counts at once. */
  alarmSamplesWaitingMax: 512,
  /** Comments of one occurrence of an alarm; those of a condition that comes and goes stop earlier, their rows say the same. */
  alarmCommentsMax: 500,
  alarmSystemCommentsMax: 100,
  /** Alarms in one act of a person. */
  actTargetsMax: 200,
  /** Records of alarms in one order, and a text that they are imported from. */
  definitionsPerOrderMax: 2_000,
  definitionsBytesMax: 4 * 1024 * 1024,
  /** Newest values in one page of the first state that the api asks ingest for, roughly. */
  livePageRows: 10_000,
} as const;

function assertBounds(condition: boolean, says: string): void {
  if (!condition) throw new Error(`bounds: ${says}`);
}
assertBounds(bounds.frameBytesMax <= bounds.commitBytesMax, "a frame must fit into a group commit");
assertBounds(bounds.commitBytesMax <= bounds.appendQueueBytesMax, "a commit must fit into the append queue");
assertBounds(bounds.frameBytesMax <= bounds.decisionBytesMax, "every frame must fit into a decision");
assertBounds(bounds.decisionFramesMax <= bounds.decisionsRemembered, "a whole request must be remembered");
assertBounds(bounds.casesOpenMax < bounds.casesKept, "a case that is not over must be kept");
assertBounds(bounds.alarmSystemCommentsMax < bounds.alarmCommentsMax, "people have room for their comments");
assertBounds(bounds.liveClientBytesMerge < bounds.liveClientBytesMax, "merge before closing");
