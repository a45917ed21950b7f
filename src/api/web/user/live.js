/** What a step is writing right now, put together from its frames; any later word of the step ends it (pure). */

/** @typedef {{step: string, at: string, offset: number, text: string}} Live */

/** What is known of the text with one more frame. @param {Live | null} known @param {Live} frame @returns {Live} */
export function stitch(known, frame) {
  const joins =
    known?.step === frame.step && known.offset <= frame.offset && frame.offset <= known.offset + known.text.length;
  if (!joins) return frame;
  return { ...frame, offset: known.offset, text: known.text.slice(0, frame.offset - known.offset) + frame.text };
}

/** What is still being written after an event. @param {Live | null} known @param {any} event @returns {Live | null} */
export function outlive(known, event) {
  const concerned = event.step === known?.step || (event.type.startsWith("task.") && event.type !== "task.log");
  return known && concerned && event.at > known.at ? null : known;
}
