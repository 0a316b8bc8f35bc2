// An answer of the server that comes line by line, each one JSON: told as they come, until the end or until somebody stops it.

import { isFields } from "../state/wire.ts";
import { ApiProblem } from "./request.ts";

/** Path below /api/v1. Stopping the request ends the work at the server, too. */
export async function postForLines(
  path: string,
  body: unknown,
  signal: AbortSignal,
  onLine: (line: unknown) => void,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { accept: "application/x-ndjson", "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiProblem(0, { code: "unreachable" }, error);
  }
  if (!response.ok) {
    const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
    const problem: unknown = isJson ? await response.json() : null;
    throw new ApiProblem(response.status, isFields(problem) ? problem : {});
  }
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) break;
    const lines = (rest + piece.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(JSON.parse(line));
  }
  if (rest.trim() !== "") onLine(JSON.parse(rest));
}
