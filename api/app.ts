// The table of contents of the api: one line per call. What a call takes, gives and demands stands in its own file.

import type { Metrics } from "./metrics.ts";
import { showOpenApi } from "./openapi.ts";
import type { Rooms } from "./parts.ts";
import type { Route } from "./route.ts";
import { acknowledgeAlarm, commentAlarm, listAlarms, showAlarm } from "./routes/alarms.ts";
import { issueCredentials, issueSiteCredentials } from "./routes/credentials.ts";
import { showHealth, showMetrics, showReadiness } from "./routes/health.ts";
import { showHistory } from "./routes/history.ts";
import { dismissFrames, reprocessFrames } from "./routes/decisions.ts";
import { listAudit, showLedger } from "./routes/ledger.ts";
import { createLimit, importLimits, listLimits } from "./routes/limits.ts";
import { listQuarantine, showQuarantined } from "./routes/quarantine.ts";
import { listLatest, postReadings, showLatest } from "./routes/readings.ts";
import { listCities, listFactors, showBootstrap } from "./routes/reference.ts";
import { createRequest, listRequestCommands, listRequests, showRequest, withdrawRequest } from "./routes/requests.ts";
import { listRevisions } from "./routes/revisions.ts";
import { redeemLink, showSession, signIn, signOut } from "./routes/session.ts";
import { changeSite, createSite, importSites, listSites, showSite, type Claims } from "./routes/sites.ts";
import { showSystem } from "./routes/system.ts";
import { showTrend } from "./routes/trend.ts";

export function listRoutes(rooms: Rooms, metrics: Metrics): Route[] {
  const claims: Claims = new Set();
  const routes = [
    signIn(rooms), //                POST   /api/v1/session
    showSession(rooms), //           GET    /api/v1/session
    signOut(rooms), //               DELETE /api/v1/session
    redeemLink(rooms), //            GET    /sign-in/{token}

    showBootstrap(rooms), //         GET    /api/v1/bootstrap
    listFactors(), //                GET    /api/v1/factors
    listCities(), //                 GET    /api/v1/cities

    listSites(rooms), //             GET    /api/v1/sites
    createSite(rooms, claims), //    POST   /api/v1/sites
    importSites(rooms, claims), //   POST   /api/v1/sites/import
    showSite(rooms), //              GET    /api/v1/sites/{id}
    changeSite(rooms), //            PATCH  /api/v1/sites/{id}
    issueSiteCredentials(rooms), //  POST   /api/v1/sites/{id}/credentials
    issueCredentials(rooms), //      POST   /api/v1/credentials

    postReadings(rooms), //          POST   /api/v1/sites/{id}/readings
    showLatest(rooms), //            GET    /api/v1/sites/{id}/latest
    listLatest(rooms), //            GET    /api/v1/latest
    showHistory(rooms), //           GET    /api/v1/history
    listRevisions(rooms), //         GET    /api/v1/revisions

    listAlarms(rooms), //            GET    /api/v1/alarms
    showAlarm(rooms), //             GET    /api/v1/alarms/{id}
    acknowledgeAlarm(rooms), //      POST   /api/v1/alarms/{id}/ack
    commentAlarm(rooms), //          POST   /api/v1/alarms/{id}/comment

    listLimits(rooms), //            GET    /api/v1/limits
    createLimit(rooms), //           POST   /api/v1/limits
    importLimits(rooms), //          POST   /api/v1/limits/import

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

    showTrend(rooms), //             GET    /api/v1/trend
    showSystem(rooms, metrics), //   GET    /api/v1/system
    showHealth(), //                 GET    /healthz
    showReadiness(rooms), //         GET    /readyz
    showMetrics(metrics), //         GET    /metrics
  ];
  return [...routes, showOpenApi(routes)]; // GET /openapi.json
}
