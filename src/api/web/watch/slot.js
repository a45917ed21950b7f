/** The streams that a browser may hold to a host. */

const STREAMS = 4; // HTTP/1.1 gives a host six connections, for all tabs together; requests need some of them
let streams = 0;

/** Leave to hold a stream, counted over all tabs where the browser has locks; null when all are taken. */
export async function slot() {
  const locks = globalThis.isSecureContext ? navigator.locks : undefined;
  if (!locks) return streams < STREAMS ? (streams++, () => void streams--) : null;
  for (let number = 0; number < STREAMS; number++) {
    const release = await new Promise((/** @type {(release: (() => void) | null) => void} */ resolve) => {
      const held = locks.request(`casework-stream-${number}`, { ifAvailable: true }, (lock) =>
        lock ? new Promise((done) => resolve(() => done(undefined))) : resolve(null),
      );
      held.catch(() => resolve(null)); // a document that is being left gets none
    });
    if (release) return release;
  }
  return null;
}
