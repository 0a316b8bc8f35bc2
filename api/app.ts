// The table of contents of the api: one line per call. What a call takes, gives and demands stands in its own file.

import type { Metrics } from "./metrics.ts";
import { showOpenApi } from "./openapi.ts";
import type { Rooms } from "./parts.ts";
import type { Route } from "./route.ts";
import { acknowledgeAlarm, commentAlarm, listAlarms, showAlarm } from "./routes/alarms.ts";
import {
  issueCertificate,
  listCertificates,
  listSiteCertificates,
  revokeCertificate,
  showAuthority,
} from "./routes/certificates.ts";
import { issueCredentials, issueSiteCredentials } from "./routes/credentials.ts";
import { createProvisioningCode, provision } from "./routes/provisioning.ts";
import { listLockedDevices, listRefusedDevices, unlockDevices } from "./routes/refused-devices.ts";
import { listExceedances, showExceedance } from "./routes/exceedances.ts";
import { showComplianceMonth } from "./routes/compliance.ts";
import { explainExceedance } from "./routes/explanation.ts";
import { listFindings } from "./routes/findings.ts";
import { showRawFrame } from "./routes/frames.ts";
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
import { listEdgeNodes } from "./routes/edge-nodes.ts";
import { listRevisions } from "./routes/revisions.ts";
import { changePassword, createPasswordCheck, redeemLink, showSession, signIn, signOut } from "./routes/session.ts";
import { changeSite, createSite, listSites, showSite, type Claims } from "./routes/sites.ts";
import { listStations, showStation } from "./routes/stations.ts";
import { showSystem } from "./routes/system.ts";
import { showTrend } from "./routes/trend.ts";
import { addUser, listUsers, resetPassword } from "./routes/users.ts";

export function listRoutes(rooms: Rooms, metrics: Metrics): Route[] {
  const claims: Claims = new Set();
  const imports = createSiteImports(rooms, claims);
  const check = createPasswordCheck(rooms);
  const routes = [
    signIn(rooms, check), //         POST   /api/v1/session
    changePassword(rooms, check), // POST   /api/v1/session/password
    showSession(rooms), //           GET    /api/v1/session
    signOut(rooms), //               DELETE /api/v1/session
    redeemLink(rooms), //            GET    /sign-in/{token}
    listUsers(rooms), //             GET    /api/v1/users
    addUser(rooms), //               POST   /api/v1/users
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
    showAlarm(rooms), //             GET    /api/v1/alarms/{id}
    acknowledgeAlarm(rooms), //      POST   /api/v1/alarms/{id}/ack
    commentAlarm(rooms), //          POST   /api/v1/alarms/{id}/comment

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

    listStations(rooms), //          GET    /api/v1/stations
    showStation(rooms), //           GET    /api/v1/stations/{id}

    showTrend(rooms), //             GET    /api/v1/trend
    showSystem(rooms, metrics), //   GET    /api/v1/system
    showHealth(), //                 GET    /healthz
    showReadiness(rooms), //         GET    /readyz
    showMetrics(metrics), //         GET    /metrics
  ];
  return [...routes, showOpenApi(routes)]; // GET /openapi.json
}
