/** The API: the session cookie, the CSRF header, problems as errors with their fields, uploads that tell how far they are. */

const BASE = "/api/v1";
const REQUEST_MS = 20_000;

/** What the server refused, and why (RFC 9457). */
export class Problem extends Error {
  /** @param {number} status @param {any} body @param {Headers | {get(name: string): string | null}} headers */
  constructor(status, body, headers) {
    super(body?.detail || body?.title || `HTTP ${status}`);
    this.status = status;
    /** The last part of the problem's type: `task-not-found`, `too-many-tries`, … */
    this.kind = String(body?.type ?? "")
      .split(":")
      .pop();
    /** @type {{pointer: string, detail: string}[]} */
    this.errors = body?.errors ?? [];
    this.requestId = headers.get("X-Request-Id");
    this.retryAfter = Number(headers.get("Retry-After")) || 0;
  }
}

/** Nothing answers. */
export class Offline extends Error {}

const csrf = () => /(?:^|; )casework_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";

/**
 * A request; gives the decoded body. Raises Problem or Offline. A 401 is told to the page as `casework:signed-out`.
 * @param {string} method @param {string} path below /api/v1 @param {any} [body]
 * @param {{signal?: AbortSignal, headers?: Record<string, string>}} [options]
 */
export async function call(method, path, body, { signal, headers } = {}) {
  const timeout = AbortSignal.timeout(REQUEST_MS);
  const init = {
    method,
    headers: { Accept: "application/json", ...(method === "GET" ? {} : { "X-CSRF-Token": csrf() }), ...headers },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    cache: /** @type {RequestCache} */ ("no-store"),
  };
  if (body !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response;
  let content = null;
  try {
    response = await fetch(BASE + path, init);
    if (response.status !== 204) content = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    if (!response) throw new Offline(String(error));
  }
  if (response.ok) return content;
  throw told(new Problem(response.status, content, response.headers), path);
}

function told(problem, path) {
  if (problem.status === 401 && path !== "/auth/login") dispatchEvent(new Event("casework:signed-out"));
  return problem;
}

export const get = (path, options) => call("GET", path, undefined, options);
export const post = (path, body, options) => call("POST", path, body, options);
export const patch = (path, body, options) => call("PATCH", path, body, options);
export const remove = (path, options) => call("DELETE", path, undefined, options);

/** A query string of what is not empty, with its question mark. @param {Record<string, any>} values */
export function query(values) {
  const kept = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

/**
 * Upload one file; gives the document. `fetch` cannot tell how far an upload is, so this is an XMLHttpRequest.
 * @param {File} file @param {{onProgress?: (share: number) => void, signal?: AbortSignal}} [options]
 */
export function upload(file, { onProgress, signal } = {}) {
  const form = new FormData();
  form.append("files", file, file.name);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open("POST", `${BASE}/documents`);
    request.setRequestHeader("X-CSRF-Token", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) return resolve(request.response.documents[0]);
      const headers = { get: (/** @type {string} */ name) => request.getResponseHeader(name) };
      reject(told(new Problem(request.status, request.response, headers), "/documents"));
    };
    request.onerror = () => reject(new Offline("the upload was cut"));
    request.onabort = () => reject(signal?.reason ?? new DOMException("given up", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
