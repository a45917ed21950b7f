import { Connection, shared } from "./connection.js";
import { accept, backoff } from "./frames.js";
/** @import { Options, Watch } from "./types.js" */

export { accept, backoff };

/**
 * Follow a task to its end. Watches of one task share a connection, made with the options of the first; watches of
 * several tasks with the same `base` and `eventSource` share one stream.
 * @param {string} id @param {Options} options @returns {Watch}
 */
export function watchTask(id, { onEvent, onState = () => {}, onLive = () => {}, after = 0, base = "/api/v1", eventSource, fetch }) {
  const url = `${base}/tasks/${encodeURIComponent(id)}/events`;
  const reader = { cursor: after, onEvent, onState, onLive };
  const other = shared.get(url);
  const connection = other && after <= other.head ? other : new Connection(id, base, url, after, eventSource, fetch);
  connection.join(reader);
  return {
    get state() { return connection.state; },
    get cursor() { return reader.cursor; },
    close: () => connection.leave(reader),
  };
}
