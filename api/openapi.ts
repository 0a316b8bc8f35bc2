// The declared routes → OpenAPI 3.1. Nothing is written twice: what parses a request is what documents it.

import type * as z from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";
import { defineRoute, type Route } from "./route.ts";
import { problem } from "./shapes.ts";

function describeReplies(route: Route): ZodOpenApiResponsesObject {
  const replies: ZodOpenApiResponsesObject = {
    default: { description: "a problem (RFC 9457)", content: { "application/problem+json": { schema: problem } } },
  };
  for (const [status, { says, schema, type }] of Object.entries(route.replies)) {
    const isProblem = Number(status) >= 400 && type === undefined;
    const content = isProblem
      ? { "application/problem+json": { schema: problem } }
      : schema === undefined
        ? type === undefined
          ? undefined
          : { [type]: {} }
        : { "application/json": { schema } };
    replies[`${Number(status)}` as `${200}`] =
      content === undefined ? { description: says } : { description: says, content };
  }
  return replies;
}

function describeSecurity(route: Route): Record<string, string[]>[] {
  if (route.access === "open") return [];
  const people = [{ bearer: [] }, { cookie: [] }];
  return route.devices === true ? [...people, { device: [] }] : people;
}

function describeBody(route: Route, schema: z.ZodType): Record<string, { schema?: z.ZodType }> {
  const others = Object.fromEntries((route.rawTypes ?? []).map((type) => [type, {}]));
  return { "application/json": { schema }, ...others };
}

function describeRoute(route: Route): ZodOpenApiOperationObject {
  const body = route.body ?? route.rawBody ?? null;
  return {
    summary: route.summary,
    ...(route.access === "open" ? {} : { description: `Needs the role ${route.access}.` }),
    security: describeSecurity(route),
    requestParams: { path: route.params, query: route.query },
    ...(body === null ? {} : { requestBody: { required: true, content: describeBody(route, body) } }),
    responses: describeReplies(route),
  };
}

export function describeApi(routes: readonly Route[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route) };
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Plumeline",
      version: "1",
      description: "Times are ISO 8601 or epoch milliseconds; a day is a day of UTC+8. The live WebSocket is at /live.",
    },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "plumeline_session" },
        device: { type: "http", scheme: "basic", description: "site id and its issued password" },
      },
    },
  });
}

/** The route that shows all the others, and itself. */
export function showOpenApi(routes: readonly Route[]): Route {
  let written: object | null = null;
  const route = defineRoute({
    method: "get",
    path: "/openapi.json",
    summary: "This description",
    access: "open",
    replies: { 200: { says: "OpenAPI 3.1" } },
    run() {
      written ??= describeApi([...routes, route]);
      return { status: 200, body: written };
    },
  });
  return route;
}
