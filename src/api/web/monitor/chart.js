/** A chart as a figure: heading, legend, SVG as wide as its place, values under the pointer, and the same as a table. */

import { h, replace, svg } from "../base/dom.js";
import { clock, moment, number, texts } from "../base/i18n.js";
import { area, greatest, line, nearest, scale, stack, ticks, timeTicks } from "./scale.js";

const t = texts({
  table: ["以表格显示", "Show as a table"],
  time: ["时间", "Time"],
  empty: ["这段时间没有数据", "Nothing in this period"],
});
const ROWS = 60; // a table for people: newest first, the last hour of minutes
const DAY = 86_400_000;
const HEIGHT = 190;
let made = 0;

/**
 * @typedef {{name: () => string, tone: string, values: (number | null)[]}} Series
 * @typedef {object} Data
 * @property {number[]} times ms since the epoch, evenly spaced
 * @property {Series[]} series
 * @typedef {object} Options
 * @property {() => string} title
 * @property {() => string} summary what a screen reader hears in the place of the picture
 * @property {() => Data} data
 * @property {"bars" | "lines"} kind bars stand on each other
 * @property {(value: number) => string} [format]
 * @property {number} [finest] the smallest step of the scale: 1 for what is counted
 */

/**
 * @param {Options} options
 * @returns {{element: HTMLElement, draw: () => void}}
 */
export function chart({ title, summary, data, kind, format = number, finest = 0 }) {
  const id = `chart-${++made}`;
  const picture = h("div", { class: "plot" });
  const tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const legend = h("ul", { class: "legend", "aria-hidden": "true" });
  const rows = h("div", { class: "table", tabindex: "0", role: "region", "aria-label": title });
  const details = h("details", { class: "small", ontoggle: () => draw() }, h("summary", {}, t.table), rows);
  const element = h("figure", { class: "card chart" },
    h("figcaption", {}, h("h2", {}, title)),
    legend, h("div", { class: "plot-place" }, picture, tip), details);
  let shown = /** @type {{at: (clientX: number) => number, data: Data, x: (ms: number) => number} | null} */ (null);

  function draw() {
    const width = Math.floor(picture.clientWidth);
    if (!width) return;
    const now = data();
    const any = now.series.some((each) => each.values.some((value) => value !== null));
    replace(legend, now.series.map((each) => h("li", {}, h("i", { class: `key ${each.tone}` }), each.name())));
    tip.hidden = true;
    if (!any || now.times.length < 2) {
      shown = null;
      return replace(picture, h("p", { class: "nothing", style: { height: `${HEIGHT}px` } }, t.empty()));
    }
    const numbers = now.series.map((each) => each.values);
    const stacked = kind === "bars" ? stack(numbers) : null;
    const high = greatest(stacked ? stacked.map((each) => each.map(([, top]) => top)) : numbers);
    const marks = ticks(high, 4, finest);
    const labels = marks.map((each) => format(each));
    const left = Math.min(84, 12 + Math.max(...labels.map((each) => each.length)) * 7);
    const [right, top, bottom] = [8, 8, HEIGHT - 22];
    const gap = now.times[1] - now.times[0];
    const [from, to] = kind === "bars" ? [now.times[0], now.times.at(-1) + gap] : [now.times[0], now.times.at(-1)];
    const x = scale(from, to, left, width - right);
    const y = scale(0, marks.at(-1), bottom, top);
    const offset = -new Date(to).getTimezoneOffset() * 60_000;
    const moments = timeTicks(from, to, Math.max(2, Math.floor(width / 110)), offset);
    const drawn = svg("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-labelledby": `${id}-title ${id}-desc` },
      svg("title", { id: `${id}-title` }, title()),
      svg("desc", { id: `${id}-desc` }, summary()),
      marks.map((each, index) => [
        svg("line", { class: index ? "rule" : "axis", x1: left, x2: width - right, y1: y(each), y2: y(each) }),
        svg("text", { class: "tick", x: left - 8, y: y(each) + 4, "text-anchor": "end" }, labels[index])]),
      moments.map((each) => svg("text", { class: "tick", x: Math.min(Math.max(x(each), left + 12), width - 18), y: HEIGHT - 4, "text-anchor": "middle" },
        to - from > 2 * DAY ? moment(each).split(/[,\s]/)[0] : clock(each).slice(0, to - from > 600_000 ? 5 : 8))),
      stacked ? bars(now, stacked, x, y, gap) : lines(now, x, y),
      svg("line", { class: "hair", y1: top, y2: bottom, x1: -9, x2: -9 }));
    replace(picture, drawn);
    const back = scale(left, width - right, from, to);
    shown = { data: now, x: (ms) => x(kind === "bars" ? ms + gap / 2 : ms), at: (clientX) => back(clientX - picture.getBoundingClientRect().left) - (kind === "bars" ? gap / 2 : 0) };
    if (details.open) replace(rows, table(now));
  }

  function point(/** @type {PointerEvent} */ event) {
    const hair = picture.querySelector(".hair");
    if (!shown || !hair) return;
    const index = nearest(shown.data.times, shown.at(event.clientX));
    const place = shown.x(shown.data.times[index]);
    hair.setAttribute("x1", String(place));
    hair.setAttribute("x2", String(place));
    replace(tip, h("strong", {}, moment(shown.data.times[index])),
      shown.data.series.map((each) => h("span", {}, h("i", { class: `key ${each.tone}` }), `${each.name()} `, h("b", {}, value(each.values[index])))));
    tip.hidden = false;
    tip.style.setProperty("inset-inline-start", `${Math.min(Math.max(place, 70), picture.clientWidth - 70)}px`);
  }
  function leave() {
    tip.hidden = true;
    picture.querySelector(".hair")?.setAttribute("x1", "-9");
    picture.querySelector(".hair")?.setAttribute("x2", "-9");
  }
  const value = (/** @type {number | null} */ each) => (each === null ? "–" : format(each));
  const table = (/** @type {Data} */ now) =>
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t.time()), now.series.map((each) => h("th", { scope: "col", class: "number" }, each.name())))),
      h("tbody", {}, now.times.map((at, index) => ({ at, index })).slice(-ROWS).reverse().map(({ at, index }) =>
        h("tr", {}, h("th", { scope: "row" }, moment(at)), now.series.map((each) => h("td", { class: "number" }, value(each.values[index])))))));

  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerleave", leave);
  let width = 0;
  new ResizeObserver(() => picture.clientWidth !== width && ((width = picture.clientWidth), draw())).observe(picture);
  return { element, draw };
}

function bars(/** @type {Data} */ now, /** @type {[number, number][][]} */ stacked, x, y, gap) {
  const space = Math.max(0.5, Math.min(3, (x(gap) - x(0)) * 0.18));
  return now.series.map((each, number) =>
    svg("path", { class: `fill ${each.tone}`, d: stacked[number].map(([low, high], index) => {
      if (high <= low) return "";
      const [a, b] = [x(now.times[index]) + space / 2, x(now.times[index] + gap) - space / 2];
      return `M${a.toFixed(1)} ${y(low).toFixed(1)}H${b.toFixed(1)}V${y(high).toFixed(1)}H${a.toFixed(1)}Z`;
    }).join("") }));
}

function lines(/** @type {Data} */ now, x, y) {
  const points = now.series.map((each) => each.values.map((value, index) => (value === null ? null : /** @type {[number, number]} */ ([x(now.times[index]), y(value)]))));
  const alone = now.series.map((each, number) => points[number].map((point, index) =>
    point && !points[number][index - 1] && !points[number][index + 1] ? svg("circle", { class: `fill ${each.tone}`, cx: point[0], cy: point[1], r: 3 }) : null));
  return [...now.series.map((each, index) => svg("path", { class: `stroke ${each.tone}`, d: line(points[index]) })), ...alone];
}

/**
 * A small line without axes, for a cell of a table; hidden from screen readers, which read the number beside it.
 * @param {(number | null)[]} values @param {string} [tone] @param {number} [most]
 */
export function spark(values, tone = "accent", most = 0) {
  const [width, height] = [120, 28];
  const x = scale(0, Math.max(1, values.length - 1), 1, width - 1);
  const y = scale(0, Math.max(most, greatest([values])) || 1, height - 2, 2);
  const points = values.map((value, index) => (value === null ? null : /** @type {[number, number]} */ ([x(index), y(value)])));
  const floor = points.map((point) => point && /** @type {[number, number]} */ ([point[0], height - 2]));
  return svg("svg", { class: "spark", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { class: `soft ${tone}`, d: area(points, floor) }), svg("path", { class: `stroke ${tone}`, d: line(points) }));
}
