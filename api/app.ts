// The table of contents of the api: one line per call. What a call takes, gives and demands stands in its own file.

import { createRepeats } from "./alarms/repeats.ts";
import type { CaseWatch } from "./cases/watch.ts";
import type { Metrics } from "./metrics.ts";
import { showOpenApi } from "./openapi.ts";
import type { Rooms } from "./parts.ts";
import type { Route } from "./route.ts";
import { backtestDefinitions } from "./routes/alarm-backtest.ts";
import {
  exportAlarmDefinitions,
  importAlarmDefinitions,
  listAlarmClasses,
  listAlarmDefinitions,
  listEffectiveDefinitions,
  putAlarmDefinition,
  showAlarmDefinition,
} from "./routes/alarm-definitions.ts";
import { showAlarmKpi } from "./routes/alarm-kpi.ts";
import { checkAlarmJournal, listAlarmJournal } from "./routes/alarm-journal.ts";
import { actOnMany, listActRoutes } from "./routes/alarm-acts.ts";
import { listAlarms, showAlarm } from "./routes/alarms.ts";
import {
  issueCertificate,
  listCertificates,
  listSiteCertificates,
  revokeCertificate,
  showAuthority,
} from "./routes/certificates.ts";
import { listCaseActs } from "./routes/case-acts.ts";
import { addEvidence, showEvidence } from "./routes/case-evidence.ts";
import { checkCases, listCases, openCase, showCase, showCaseRules } from "./routes/cases.ts";
import { issueCredentials, issueSiteCredentials } from "./routes/credentials.ts";
import { showEnterprise } from "./routes/enterprise.ts";
import { createProvisioningCode, provision } from "./routes/provisioning.ts";
import { listLockedDevices, listRefusedDevices, unlockDevices } from "./routes/refused-devices.ts";
import { listExceedances, showExceedance } from "./routes/exceedances.ts";
import { showComplianceMonth } from "./routes/compliance.ts";
import { explainExceedance } from "./routes/explanation.ts";
import { listFindings } from "./routes/findings.ts";
import { showRawFrame } from "./routes/frames.ts";
import { beginOutOfService, endOutOfService, listOutOfService, previewOutOfService } from "./routes/out-of-service.ts";
import { listGaps } from "./routes/gaps.ts";
import { showHealth, showMetrics, showReadiness } from "./routes/health.ts";
import { decideHint, listHintRules, listHints, showHintEvidence } from "./routes/hints.ts";
import { showHistory } from "./routes/history.ts";
import { createSiteImports, importRegister, showImport } from "./routes/import-sites.ts";
import { showImportTemplate } from "./routes/import-template.ts";
import { dismissFrames, reprocessFrames } from "./routes/decisions.ts";
import { listAudit, showLedger } from "./routes/ledger.ts";
import { listLibrary } from "./routes/library.ts";
import { decideLimitChange, listLimitChanges } from "./routes/limit-changes.ts";
import { previewLimits } from "./routes/limit-preview.ts";
import { judgeAgain, showJudgement } from "./routes/judgement.ts";
import { createLimit, importLimits, listLimits, listLimitVersions } from "./routes/limits.ts";
import { listCards, showCard } from "./routes/logger-cards.ts";
import { listLoggers } from "./routes/loggers.ts";
import { listQuality } from "./routes/quality.ts";
import { showQualityDay } from "./routes/quality-days.ts";
import { listMissing } from "./routes/quality-missing.ts";
import { decideMark, enterMark, listMarks } from "./routes/marks.ts";
import { listQuarantine, showQuarantined } from "./routes/quarantine.ts";
import { listLatest, postReadings, showLatest } from "./routes/readings.ts";
import { listCities, listFactors, showBootstrap } from "./routes/reference.ts";
import { createRequest, listRequestCommands, listRequests, showRequest, withdrawRequest } from "./routes/requests.ts";
import { listChannels, putChannel, removeChannel, showChannel, testChannel } from "./routes/notice-channels.ts";
import { listContacts, putContact, removeContact, showContact, testContact } from "./routes/notice-contacts.ts";
import {
  listCalendars,
  listNoticePolicies,
  putCalendar,
  putNoticePolicy,
  removeNoticePolicy,
  showCalendar,
  showNoticePolicy,
  showOnCall,
} from "./routes/notice-rules.ts";
import { listNotices, showNotice, showNoticeHealth } from "./routes/notices.ts";
import { listEdgeNodes } from "./routes/edge-nodes.ts";
import { listRevisions } from "./routes/revisions.ts";
import { changePassword, createPasswordCheck, redeemLink, showSession, signIn, signOut } from "./routes/session.ts";
import { createSheetDrafts } from "./shifts/drafts.ts";
import {
  acceptShift,
  handShiftOver,
  listShifts,
  noteShift,
  showOneShift,
  showSheet,
  showShift,
  takeShift,
} from "./routes/shifts.ts";
import { changeSite, createSite, listSites, showSite, type Claims } from "./routes/sites.ts";
import { listStations, showStation } from "./routes/stations.ts";
import { showSystem } from "./routes/system.ts";
import { showTrend } from "./routes/trend.ts";
import { addUser, changeUser, listUsers, resetPassword } from "./routes/users.ts";

export function listRoutes(rooms: Rooms, metrics: Metrics, watch: Pick<CaseWatch, "facts">): Route[] {
  const claims: Claims = new Set();
  const imports = createSiteImports(rooms, claims);
  const drafts = createSheetDrafts();
  const check = createPasswordCheck(rooms);
  const repeats = createRepeats(rooms.now);
  const acting = { rooms, check, repeats };
  const routes = [
    signIn(rooms, check), //         POST   /api/v1/session
    changePassword(rooms, check), // POST   /api/v1/session/password
    showSession(rooms), //           GET    /api/v1/session
    signOut(rooms), //               DELETE /api/v1/session
    redeemLink(rooms), //            GET    /sign-in/{token}
    listUsers(rooms), //             GET    /api/v1/users
    addUser(rooms), //               POST   /api/v1/users
    changeUser(rooms), //            PATCH  /api/v1/users/{username}
    resetPassword(rooms), //         POST   /api/v1/users/{username}/password

    showBootstrap(rooms), //         GET    /api/v1/bootstrap
    listFactors(), //                GET    /api/v1/factors
    listCities(), //                 GET    /api/v1/cities

    listSites(rooms), //             GET    /api/v1/sites
    createSite(rooms, claims), //    POST   /api/v1/sites
    importRegister(rooms, claims, imports), // POST /api/v1/sites/import
    showImport(imports), //          GET    /api/v1/sites/import/jobs/{job}
    showImportTemplate(), //         GET    /api/v1/sites/import/template
    showSite(rooms), //              GET    /api/v1/sites/{id}
    changeSite(rooms), //            PATCH  /api/v1/sites/{id}
    issueSiteCredentials(rooms), //  POST   /api/v1/sites/{id}/credentials
    issueCredentials(rooms), //      POST   /api/v1/credentials

    issueCertificate(rooms), //      POST   /api/v1/sites/{id}/certificates
    listSiteCertificates(rooms), //  GET    /api/v1/sites/{id}/certificates
    revokeCertificate(rooms), //     DELETE /api/v1/sites/{id}/certificates/{serial}
    listCertificates(rooms), //      GET    /api/v1/certificates
    showAuthority(rooms), //         GET    /api/v1/ca
    createProvisioningCode(rooms), // POST  /api/v1/sites/{id}/provisioning-codes
    provision(rooms), //             POST   /api/v1/provision
    listRefusedDevices(rooms), //    GET    /api/v1/devices/refused
    listLockedDevices(rooms), //     GET    /api/v1/devices/locked
    unlockDevices(rooms), //         POST   /api/v1/devices/unlock

    postReadings(rooms), //          POST   /api/v1/sites/{id}/readings
    showLatest(rooms), //            GET    /api/v1/sites/{id}/latest
    listLatest(rooms), //            GET    /api/v1/latest
    showHistory(rooms), //           GET    /api/v1/history
    listRevisions(rooms), //         GET    /api/v1/revisions
    listEdgeNodes(rooms), //         GET    /api/v1/edge-nodes

    listAlarms(rooms), //            GET    /api/v1/alarms
    listAlarmJournal(rooms), //      GET    /api/v1/alarms/journal
    checkAlarmJournal(rooms), //     GET    /api/v1/alarms/journal/check
    showAlarmKpi(rooms), //          GET    /api/v1/alarms/kpi
    showAlarm(rooms), //             GET    /api/v1/alarms/{id}
    actOnMany(acting), //            POST   /api/v1/alarms/acts
    ...listActRoutes(acting), //     POST   /api/v1/alarms/{id}/{ack|comment|assign|shelve|unshelve|reset}

    listAlarmDefinitions(rooms), //  GET    /api/v1/alarm-definitions
    exportAlarmDefinitions(rooms), // GET   /api/v1/alarm-definitions/export
    listEffectiveDefinitions(rooms), // GET /api/v1/alarm-definitions/effective
    importAlarmDefinitions(rooms), // POST  /api/v1/alarm-definitions/import
    backtestDefinitions(rooms), //   POST   /api/v1/alarm-definitions/backtest
    showAlarmDefinition(rooms), //   GET    /api/v1/alarm-definitions/{id}
    putAlarmDefinition(rooms, check), // PUT    /api/v1/alarm-definitions/{id}
    listAlarmClasses(), //           GET    /api/v1/alarm-classes

    listOutOfService(rooms), //      GET    /api/v1/out-of-service
    previewOutOfService(rooms), //   POST   /api/v1/out-of-service/preview
    beginOutOfService(rooms, repeats), // POST /api/v1/out-of-service
    endOutOfService(rooms), //       POST   /api/v1/out-of-service/{id}/end

    listLimits(rooms), //            GET    /api/v1/limits
    createLimit(rooms), //           POST   /api/v1/limits
    importLimits(rooms), //          POST   /api/v1/limits/import
    previewLimits(rooms), //         POST   /api/v1/limits/preview
    listLibrary(), //                GET    /api/v1/limits/library
    listLimitVersions(rooms), //     GET    /api/v1/limits/{id}/versions
    listLimitChanges(rooms), //      GET    /api/v1/limit-changes
    decideLimitChange(rooms, "approve"), // POST /api/v1/limit-changes/{id}/approve
    decideLimitChange(rooms, "reject"), //  POST /api/v1/limit-changes/{id}/reject
    decideLimitChange(rooms, "withdraw"), // POST /api/v1/limit-changes/{id}/withdraw

    listMarks(rooms), //             GET    /api/v1/marks
    enterMark(rooms), //             POST   /api/v1/marks
    decideMark(rooms, "accept"), //  POST   /api/v1/marks/{id}/accept
    decideMark(rooms, "reject"), //  POST   /api/v1/marks/{id}/reject
    decideMark(rooms, "withdraw"), // POST  /api/v1/marks/{id}/withdraw

    showLedger(rooms), //            GET    /api/v1/ledger
    listQuarantine(rooms), //        GET    /api/v1/quarantine
    showQuarantined(rooms), //       GET    /api/v1/quarantine/{seq}
    reprocessFrames(rooms), //       POST   /api/v1/quarantine/reprocess
    dismissFrames(rooms), //         POST   /api/v1/quarantine/dismiss
    listAudit(rooms), //             GET    /api/v1/audit

    listNoticePolicies(rooms), //    GET    /api/v1/notices/policies
    showNoticePolicy(rooms), //      GET    /api/v1/notices/policies/{id}
    putNoticePolicy(rooms), //       PUT    /api/v1/notices/policies/{id}
    removeNoticePolicy(rooms), //    DELETE /api/v1/notices/policies/{id}
    listCalendars(rooms), //         GET    /api/v1/notices/calendars
    showCalendar(rooms), //          GET    /api/v1/notices/calendars/{id}
    showOnCall(rooms), //            GET    /api/v1/notices/calendars/{id}/on-call
    putCalendar(rooms), //           PUT    /api/v1/notices/calendars/{id}
    listChannels(rooms), //          GET    /api/v1/notices/channels
    showChannel(rooms), //           GET    /api/v1/notices/channels/{id}
    putChannel(rooms), //            PUT    /api/v1/notices/channels/{id}
    removeChannel(rooms), //         DELETE /api/v1/notices/channels/{id}
    testChannel(rooms), //           POST   /api/v1/notices/channels/{id}/test
    listContacts(rooms), //          GET    /api/v1/notices/contacts
    showContact(rooms), //           GET    /api/v1/notices/contacts/{id}
    putContact(rooms), //            PUT    /api/v1/notices/contacts/{id}
    removeContact(rooms), //         DELETE /api/v1/notices/contacts/{id}
    testContact(rooms), //           POST   /api/v1/notices/contacts/{id}/test
    showNoticeHealth(rooms), //      GET    /api/v1/notices/health
    listNotices(rooms), //           GET    /api/v1/notices
    showNotice(rooms), //            GET    /api/v1/notices/{id}

    listRequests(rooms), //          GET    /api/v1/requests
    listRequestCommands(), //        GET    /api/v1/requests/commands
    showRequest(rooms), //           GET    /api/v1/requests/{id}
    createRequest(rooms), //         POST   /api/v1/sites/{id}/requests
    withdrawRequest(rooms), //       POST   /api/v1/requests/{id}/withdraw

    listLoggers(rooms), //           GET    /api/v1/loggers
    listCards(rooms), //             GET    /api/v1/loggers/cards
    showCard(rooms), //              GET    /api/v1/loggers/{site}/card
    listGaps(rooms), //              GET    /api/v1/gaps
    listFindings(rooms), //          GET    /api/v1/findings

    listExceedances(rooms), //       GET    /api/v1/exceedances
    showExceedance(rooms), //        GET    /api/v1/exceedances/{id}
    explainExceedance(rooms), //     GET    /api/v1/exceedances/{id}/explanation
    showRawFrame(rooms), //          GET    /api/v1/frames/{seq}
    listQuality(rooms), //           GET    /api/v1/quality
    listMissing(rooms), //           GET    /api/v1/quality/missing
    showQualityDay(rooms), //        GET    /api/v1/quality/days/{site}/{day}
    showComplianceMonth(rooms), //   GET    /api/v1/compliance/months
    showJudgement(rooms), //         GET    /api/v1/judgement
    judgeAgain(rooms), //            POST   /api/v1/judgement/recompute

    listHints(rooms), //             GET    /api/v1/hints
    listHintRules(), //              GET    /api/v1/hints/rules
    showHintEvidence(rooms), //      GET    /api/v1/hints/{id}/evidence
    decideHint(rooms, "dismiss"), // POST   /api/v1/hints/{id}/dismiss
    decideHint(rooms, "confirm"), // POST   /api/v1/hints/{id}/confirm
    decideHint(rooms, "reopen"), //  POST   /api/v1/hints/{id}/reopen

    listCases(rooms), //             GET    /api/v1/cases
    showCaseRules({ watch }), //     GET    /api/v1/cases/rules
    checkCases(rooms), //            GET    /api/v1/cases/check
    openCase(rooms), //              POST   /api/v1/cases
    showCase(rooms), //              GET    /api/v1/cases/{id}
    ...listCaseActs(rooms), //       POST   /api/v1/cases/{id}/{act}
    addEvidence(rooms), //           POST   /api/v1/cases/{id}/evidence
    showEvidence(rooms), //          GET    /api/v1/cases/{id}/evidence/{evidence}
    showEnterprise(rooms), //        GET    /api/v1/enterprise

    listStations(rooms), //          GET    /api/v1/stations
    showStation(rooms), //           GET    /api/v1/stations/{id}

    showShift(rooms), //             GET    /api/v1/shift
    takeShift(rooms), //             POST   /api/v1/shift/take
    noteShift(rooms), //             POST   /api/v1/shift/note
    showSheet(rooms, drafts), //     GET    /api/v1/shift/sheet
    handShiftOver(rooms, drafts), // POST   /api/v1/shift/hand-over
    acceptShift(rooms, check), //    POST   /api/v1/shift/accept
    listShifts(rooms), //            GET    /api/v1/shifts
    showOneShift(rooms), //          GET    /api/v1/shifts/{id}

    showTrend(rooms), //             GET    /api/v1/trend
    showSystem(rooms, metrics), //   GET    /api/v1/system
    showHealth(), //                 GET    /healthz
    showReadiness(rooms), //         GET    /readyz
    showMetrics(metrics), //         GET    /metrics
  ];
  return [...routes, showOpenApi(routes)]; // GET /openapi.json
}
