/**
 * All of the caller's tasks over one connection, `GET /events`; while there is none, the list is read every few seconds.
 * The stream promises the newest state only, so whenever it begins the list is read once as well.
 */

import { backoff } from "../watch.js";

const HELLO_MS = 5_000;
const SILENCE_MS = 45_000;
const POLL_MS = [2_000, 5_000]; // while something is unfinished; otherwise
const LOCKS = 4; // the places that watch.js counts over all tabs
const TYPES = [
  ...["task.queued", "task.started", "task.retrying", "task.interrupted", "task.moved", "task.cancelling"],
  ...["step.started", "step.progressed", "step.succeeded", "task.succeeded", "task.failed", "task.cancelled"],
];

/**
 * @param {{read: () => Promise<boolean>, onSnapshot: (task: any) => void, onEvent: (event: any) => boolean, onState: (state: string) => void}} page
 *   `read` reads the list and gives whether anything is unfinished; `onEvent` gives false for an event it cannot place.
 */
export function followMine({ read, onSnapshot, onEvent, onState }) {
  let source = /** @type {EventSource | null} */ (null);
  let release = () => {};
  let failures = 0;
  let state = "connecting";
  let poll = 0;
  let watchdog = 0;
  let probe = 0;
  let stopped = false;

  const tell = (/** @type {string} */ next) => next !== state && onState((state = next));

  async function refreshList() {
    clearTimeout(poll);
    let busy = true;
    try {
      busy = await read();
      if (state === "offline") tell("polling");
    } catch (error) {
      if (error.status === 401) return; // the shell asks; `restart` comes after it
      if (state !== "live") tell("offline");
    }
    if (state !== "live" && !stopped) poll = setTimeout(refreshList, POLL_MS[busy ? 0 : 1]);
  }

  function shut() {
    source?.close();
    source = null;
    release();
    release = () => {};
    clearTimeout(watchdog);
  }

  function fallBack() {
    shut();
    if (stopped) return;
    if (state !== "offline") tell("polling");
    refreshList();
    clearTimeout(probe);
    probe = setTimeout(open, backoff(failures++));
  }

  async function open() {
    shut();
    clearTimeout(probe);
    const place = await slot();
    if (stopped) return place?.();
    if (!place) return fallBack();
    release = place;
    const stream = (source = new EventSource("/api/v1/events"));
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(fallBack, SILENCE_MS);
      if (state === "live") return;
      tell("live");
      failures = 0;
      refreshList();
    };
    watchdog = setTimeout(fallBack, HELLO_MS);
    const on = (/** @type {string} */ type, /** @type {(data: any) => void} */ action) =>
      stream.addEventListener(type, (frame) => {
        if (source !== stream) return;
        alive();
        action(JSON.parse(/** @type {MessageEvent} */ (frame).data || "null"));
      });
    on("hello", () => {});
    on("ping", () => {});
    on("snapshot", onSnapshot);
    on("reauth", () => fallBack());
    for (const type of TYPES) on(type, (event) => onEvent(event) || refreshList());
    stream.onerror = () => {
      if (source !== stream) return;
      if (stream.readyState === EventSource.CLOSED) return fallBack();
      if (state === "live") tell("connecting");
      clearTimeout(watchdog);
      watchdog = setTimeout(fallBack, HELLO_MS);
    };
  }

  const wake = () => {
    if (document.visibilityState === "hidden" || stopped) return;
    failures = 0;
    if (state === "live") refreshList();
    else open();
  };
  addEventListener("online", wake);
  addEventListener("casework:signed-in", wake);
  document.addEventListener("visibilitychange", wake);
  refreshList();
  open();
  return {
    read: refreshList,
    get state() {
      return state;
    },
  };
}

/** One of the browser's places for a stream, counted as watch.js counts them; null when all are taken. */
async function slot() {
  const locks = isSecureContext ? navigator.locks : undefined;
  if (!locks) return () => {};
  for (let number = 0; number < LOCKS; number++) {
    const release = await new Promise((resolve) => {
      const held = locks.request(`casework-stream-${number}`, { ifAvailable: true }, (lock) =>
        lock ? new Promise((done) => resolve(() => done(undefined))) : resolve(null),
      );
      held.catch(() => resolve(null));
    });
    if (release) return release;
  }
  return null;
}
