/** The geometry of charts: ticks, scales, paths, stacks. Pure: numbers in, numbers and path strings out. */

const MINUTE = 60_000;
const TIMES = [1_000, 5_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * 60 * MINUTE)];

/**
 * Round numbers from 0 up to at least `high`, about `count` steps of them, never finer than `finest`.
 * @param {number} high @param {number} [count] @param {number} [finest] @returns {number[]}
 */
export function ticks(high, count = 4, finest = 0) {
  if (!(high > 0) || !Number.isFinite(high)) high = finest || 1;
  const rough = Math.max(high / count, finest);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999 && each >= finest && !(finest && each % finest)) ?? 10 * power;
  const steps = Math.ceil(high / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/**
 * Moments between two moments at round local times, `count` of them at most.
 * @param {number} from @param {number} to @param {number} count @param {number} [offset] the zone's, in ms east of UTC
 * @returns {number[]}
 */
export function timeTicks(from, to, count, offset = 0) {
  const step = TIMES.find((each) => (to - from) / each <= count) ?? Math.ceil((to - from) / count / TIMES.at(-1)) * TIMES.at(-1);
  const found = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) found.push(at);
  return found;
}

/**
 * A linear map from [a, b] to [low, high]; everything lands on `low` where a equals b.
 * @param {number} a @param {number} b @param {number} low @param {number} high @returns {(value: number) => number}
 */
export function scale(a, b, low, high) {
  return (value) => (a === b ? low : low + ((value - a) / (b - a)) * (high - low));
}

const at = (/** @type {number} */ value) => Math.round(value * 100) / 100;

/**
 * A line through points; null breaks it. A point between two breaks becomes a dot's worth of line, so that it is seen.
 * @param {([number, number] | null)[]} points @returns {string}
 */
export function line(points) {
  let path = "";
  points.forEach((point, index) => {
    if (!point) return;
    const before = points[index - 1];
    path += `${before ? "L" : "M"}${at(point[0])} ${at(point[1])}`;
    if (!before && !points[index + 1]) path += "h0.01";
  });
  return path;
}

/**
 * The surface between two lines, in one piece for each run without a break.
 * @param {([number, number] | null)[]} upper @param {([number, number] | null)[]} lower @returns {string}
 */
export function area(upper, lower) {
  let path = "";
  let run = /** @type {number[]} */ ([]);
  const close = () => {
    if (run.length > 1) {
      path += line(run.map((index) => upper[index])) + line(run.map((index) => lower[index]).reverse()).replace("M", "L") + "Z";
    }
    run = [];
  };
  upper.forEach((point, index) => (point && lower[index] ? run.push(index) : close()));
  close();
  return path;
}

/**
 * For each series its bottom and top at each place when they stand on each other; null counts as nothing.
 * @param {(number | null)[][]} series @returns {[number, number][][]}
 */
export function stack(series) {
  const tops = (series[0] ?? []).map(() => 0);
  return series.map((values) => values.map((value, index) => [tops[index], (tops[index] += value ?? 0)]));
}

/** The greatest of the numbers in lists of them; 0 where there is none. @param {(number | null)[][]} lists */
export const greatest = (lists) => lists.reduce((high, list) => list.reduce((a, b) => Math.max(a, b ?? 0), high), 0);

/** Which place of `times` is nearest to a moment. @param {number[]} times @param {number} moment */
export function nearest(times, moment) {
  let best = 0;
  times.forEach((each, index) => Math.abs(each - moment) < Math.abs(times[best] - moment) && (best = index));
  return best;
}
