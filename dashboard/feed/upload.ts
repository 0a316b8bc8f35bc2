// Sends one file and says how far it is: `fetch` does not tell, so this is the older way. No time limit, for a phone at a plant
// may need minutes; the caller may give up.

import { isFields } from "../state/wire.ts";
import { ApiProblem } from "./request.ts";

export interface UploadOptions {
  /** 0 … 1. */
  readonly onProgress: (part: number) => void;
  readonly signal?: AbortSignal;
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What stands between the page and the server may answer in words of its own.
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** Path below /api/v1; the body is the file as it is. */
export function uploadFile<T>(path: string, file: Blob, { onProgress, signal }: UploadOptions): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1${path}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const body = readBody(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(new ApiProblem(request.status, isFields(body) ? body : {}));
    });
    request.addEventListener("error", () => reject(new ApiProblem(0, { code: "unreachable" })));
    request.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
