/**
 * Follows a task from a browser: every event once and in order, by the native EventSource, and by polling the same rows
 * while no stream comes. One file without dependencies: import `/web/watch.js`, or copy it; see docs/browser.md.
 *
 * @typedef {{task_id: string, seq: number, type: string, at: string, [field: string]: any}} TaskEvent
 * @typedef {"connecting" | "live" | "polling" | "reauth" | "offline" | "ended" | "refused"} State
 *   `reauth`: the session is about to expire, sign in again. The last two are final.
 * @typedef {object} Detail
 * @property {number} behind While polling: how many events are known of and still to be fetched.
 * @property {number} [status] When refused: the HTTP status, 401, 403 or 404.
 * @property {{reason: string, from: number}} [reset] The cursor was none of this task's: what was shown past `from` is
 *   void, and the events come again from there.
 * @typedef {{task_id: string, at: string, step: string, offset: number, text: string}} Live
 *   The last characters of what the step has written so far, and where in it they begin.
 * @typedef {object} Options
 * @property {(event: TaskEvent) => void} onEvent Called once for each event, in order, without a hole.
 * @property {(state: State, detail: Detail) => void} [onState] Called with the first state and whenever it changes.
 * @property {(live: Live) => void} [onLive] Called with text that is being written; it is kept nowhere, newest wins.
 * @property {number} [after] The last seq the page has already; 0 for everything.
 * @property {string} [base] Where the API is.
 * @property {new (url: string) => EventSource} [eventSource] Another EventSource, for example one that sends a token.
 * @property {(url: string, init: RequestInit) => Promise<Response>} [fetch] Another fetch.
 * @typedef {{readonly state: State, readonly cursor: number, close(): void}} Watch
 * @typedef {{cursor: number, onEvent: (event: TaskEvent) => void, onState: (s: State, d: Detail) => void,
 *   onLive: (live: Live) => void}} Reader
 */
