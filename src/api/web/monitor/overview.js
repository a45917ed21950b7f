/** The overview: how things are now, and how they went in the chosen period, as charts drawn from `/stats`. */

import { get, query } from "../base/api.js";
import { h, refresh, replace, svg } from "../base/dom.js";
import { duration, list, number, percent, texts, titled } from "../base/i18n.js";
import { chart } from "./chart.js";
import { QUEUES, choice, fetched, paced, word } from "./parts.js";

const t = texts({
  title: ["总览", "Overview"],
  period: ["时间范围", "Period"],
  p900: ["最近 15 分钟", "Last 15 minutes"],
  p3600: ["最近 1 小时", "Last hour"],
  p86400: ["最近 24 小时", "Last 24 hours"],
  p604800: ["最近 7 天", "Last 7 days"],
  now: ["此刻", "Now"],
  running: ["运行中", "Running"],
  waiting: ["排队中", "Waiting"],
  scheduled: [(n) => `另有 ${n} 个未到时间`, (n) => `${n} more not due yet`],
  ofSlots: [(n) => `共 ${n} 个槽位`, (n) => `of ${n} slots`],
  workers: ["工作进程", "Workers"],
  allWell: ["都正常", "all well"],
  lost: [(n) => `失联 ${n}`, (n) => `${n} lost`],
  blocked: [(n) => `阻塞 ${n}`, (n) => `${n} blocked`],
  draining: [(n) => `退出中 ${n}`, (n) => `${n} draining`],
  none: ["没有在线的工作进程", "no worker is alive"],
  paused: [(names) => `${names}队列已暂停`, (names) => `Paused: ${names}`],
  rate: ["完成速度", "Finished"],
  perMinute: [(n) => `${n} 个/分`, (n) => `${n} / min`],
  arriving: [(n) => `新提交 ${n} 个/分`, (n) => `${n} / min arriving`],
  success: ["成功率", "Success rate"],
  finished: [(n) => `完成 ${n} 个`, (n) => `${n} finished`],
  retried: [(n) => `${n} 次自动重试`, (n) => `${n} attempts retried`],
  run: ["运行时长", "Run time"],
  wait: ["等待时长", "Wait"],
  half: ["中位数", "median"],
  p95: [(value) => `95% 在 ${value}内`, (value) => `95 % within ${value}`],
  throughput: ["吞吐量", "Throughput"],
  submitted: ["提交", "Submitted"],
  succeeded: ["成功", "Succeeded"],
  failed: ["失败", "Failed"],
  cancelled: ["取消", "Cancelled"],
  throughputSummary: [(s, f, c) => `成功 ${s} 个，失败 ${f} 个，取消 ${c} 个。`, (s, f, c) => `${s} succeeded, ${f} failed, ${c} cancelled.`],
  arrived: ["提交量", "Submissions"],
  submissionsSummary: [(n) => `提交 ${n} 个任务。`, (n) => `${n} tasks submitted.`],
  depth: ["排队数量", "Queue depth"],
  depthSummary: [(text) => `最大排队数：${text}。`, (text) => `Deepest: ${text}.`],
  busy: ["运行数量", "Running tasks"],
  busySummary: [(text) => `最多同时运行：${text}。`, (text) => `Most at once: ${text}.`],
  waits: ["各队列的等待时长", "Wait by queue"],
  runs: ["各工作流的运行时长", "Run time by workflow"],
  workflow: ["工作流", "Workflow"],
  queue: ["队列", "Queue"],
  median: ["中位", "Median"],
  rateShort: ["成功率", "Success"],
  errors: ["错误类型", "Errors by kind"],
  error: ["错误", "Error"],
  count: ["次数", "Count"],
  share: ["比例", "Share"],
  noErrors: ["这段时间没有失败", "Nothing failed in this period"],
  nothing: ["这段时间没有任务开始", "Nothing started in this period"],
  estimates: ["时间预估的准确度", "How good the estimates are"],
  grade: [(n, error, inside) => `最近 ${n} 次预估：误差中位数 ${error}，${inside}落在区间内。`, (n, error, inside) => `The last ${n} estimates: median error ${error}, ${inside} inside the range.`],
  submit: ["提交时的预估", "Made at submission"],
  start: ["开始时的预估", "Made at the start"],
  ungraded: ["还没有可以评分的预估", "No estimate has been graded yet"],
  goal: ["目标：至少 80% 落在区间内", "Goal: at least 80 % inside the range"],
  spread: ["从中位数到 95% 和 99%，对数刻度", "From the median to 95 % and 99 %, logarithmic"],
  logarithmic: ["条形为对数刻度", "Bars are logarithmic"],
});
const WINDOWS = ["900", "3600", "86400", "604800"];
const TONES = { high: "one", medium: "two", low: "three" };
const maybe = (value, format) => (value === null || value === undefined ? "–" : format(value));
const share = (value) => maybe(value, (each) => percent(each * 100, each > 0.99 && each < 1 ? 2 : 1));

/** @param {import("./index.js").View} view */
export function overview({ place, live, params, signal, go }) {
  const seconds = WINDOWS.includes(params.get("window") ?? "") ? String(params.get("window")) : "3600";
  let stats = /** @type {any} */ (null);
  const chosen = choice(WINDOWS.map((each) => [each, t[`p${each}`]]), seconds, (value) => go(`/monitor${query({ window: value === "3600" ? "" : value })}`), { "aria-label": t.period, class: "short" });
  const tiles = now(live, () => stats);
  const charts = [
    chart({ kind: "bars", finest: 1, title: t.throughput, data: () => counted(stats, ["succeeded", "failed", "cancelled"], ["good", "bad", "quiet"]),
      summary: () => t.throughputSummary(number(stats.succeeded), number(stats.failed), number(stats.cancelled)) }),
    chart({ kind: "lines", finest: 1, title: t.depth, data: () => depths(stats, "queued"), summary: () => t.depthSummary(deepest(stats, "queued")) }),
    chart({ kind: "bars", finest: 1, title: t.arrived, data: () => counted(stats, ["submitted"], ["one"]), summary: () => t.submissionsSummary(number(stats.submitted)) }),
    chart({ kind: "lines", finest: 1, title: t.busy, data: () => depths(stats, "running"), summary: () => t.busySummary(deepest(stats, "running")) }),
  ];
  const tables = h("div", { class: "grid" });
  const body = h("div", { class: "stack loose" });
  replace(place, h("div", { class: "row between" }, h("h1", {}, t.title), chosen), tiles, body);

  const draw = () => {
    for (const each of charts) each.draw();
    replace(tables, waits(stats), runs(stats), errors(stats, seconds), estimates(stats));
    refresh(tiles);
  };
  const load = fetched(body, () => get(`/stats${query({ window: seconds })}`, { signal }), (found, first) => {
    stats = found;
    if (first) replace(body, h("div", { class: "grid" }, charts.map((each) => each.element)), tables);
    draw();
  });
  paced(live, Number(seconds) > 3600 ? 30_000 : 5_000, signal, load);
  live.addEventListener("snapshot", () => refresh(tiles), { signal });
  addEventListener("casework:language", () => stats && draw(), { signal });
}

function now(live, stats) {
  const queues = () => live.now?.queues ?? [];
  const total = (name) => queues().reduce((sum, each) => sum + each[name], 0);
  const states = () => {
    const all = live.now?.workers ?? [];
    const alive = all.filter((each) => each.status === "alive");
    const told = [["lost", all.filter((each) => each.status === "lost")], ["blocked", alive.filter((each) => each.blocked)], ["draining", all.filter((each) => each.status === "draining")]];
    const words = told.filter(([, some]) => some.length).map(([name, some]) => t[name](number(some.length)));
    return { alive: alive.length, bad: !alive.length || alive.some((each) => each.blocked), text: alive.length ? (words.length ? list(words) : t.allWell()) : t.none() };
  };
  const minute = (value) => number(value * 60, { maximumFractionDigits: value * 60 < 10 ? 1 : 0 });
  const rates = () => live.now?.rates;
  const paused = () => queues().filter((each) => each.paused).map((each) => word(each.name));
  const when = (read, otherwise = "–") => () => (live.now ? read() : otherwise);
  const tile = (to, name, value, note, tone = () => "") =>
    h(to ? "a" : "div", { class: () => `tile ${tone()}`, href: to }, h("span", { class: "small muted" }, name), h("strong", {}, value), h("span", { class: "small note-line" }, note));
  return h("section", { class: "stack tight", "aria-label": t.now },
    h("a", { class: "note warn", href: "/monitor/queues", hidden: () => !paused().length }, () => t.paused(list(paused()))),
    h("div", { class: "tiles" },
      tile("/monitor/tasks?status=running", t.running, when(() => number(total("running"))), when(() => t.ofSlots(number((live.now.workers ?? []).filter((each) => each.status === "alive").reduce((sum, each) => sum + each.slots, 0))))),
      tile("/monitor/tasks?status=queued", t.waiting, when(() => number(total("queued"))), () => (live.now?.counts?.scheduled ? t.scheduled(number(live.now.counts.scheduled)) : "")),
      tile("/monitor/workers", t.workers, when(() => number(states().alive)), when(() => states().text), () => (live.now && states().bad ? "bad" : "")),
      tile(null, t.rate, () => (rates() ? t.perMinute(minute(rates().succeeded + rates().failed)) : "–"), () => (rates() ? t.arriving(minute(rates().submitted)) : "")),
      tile("/monitor/failures", t.success, () => share(stats()?.success_rate), () => (stats() ? t.retried(number(stats().retried)) : ""), () => (stats()?.success_rate < 0.9 ? "warn" : "")),
      tile(null, t.run, () => maybe(stats()?.run_seconds.p50, duration), () => maybe(stats()?.run_seconds.p95, (value) => t.p95(duration(value)))),
      tile(null, t.wait, () => maybe(stats()?.wait_seconds.p50, duration), () => maybe(stats()?.wait_seconds.p95, (value) => t.p95(duration(value))))));
}

const times = (rows) => rows.map((each) => new Date(each.at).getTime());
const counted = (stats, names, tones) => ({
  times: times(stats.series),
  series: names.map((name, index) => ({ name: t[name], tone: tones[index], values: stats.series.map((each) => each[name]) })),
});
const depths = (stats, what) => ({
  times: times(stats.depths),
  series: QUEUES.map((queue) => ({ name: () => word(queue), tone: TONES[queue], values: stats.depths.map((each) => each[queue]?.[what] ?? null) })),
});
const deepest = (stats, what) =>
  list(QUEUES.map((queue) => `${word(queue)} ${number(Math.max(0, ...stats.depths.map((each) => each[queue]?.[what] ?? 0)))}`));

/** A strip from nothing over the median and 95 % to 99 %, as wide as its cell, logarithmic: waits go from ms to minutes. */
function strip({ p50, p95, p99 }, most) {
  const along = (value) => Math.max(0.6, (Math.log1p(value * 1000) / Math.log1p(most * 1000)) * 100);
  const bar = (value, tone, height) => svg("rect", { class: `fill ${tone}`, x: 0, y: (16 - height) / 2, height, width: along(value) });
  return svg("svg", { class: "strip", viewBox: "0 0 100 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    p50 === null ? null : [bar(p99, "faint", 4), bar(p95, "half", 8), bar(p50, "one", 14)]);
}

function percentiles(title, name, rows, key) {
  const most = Math.max(0.001, ...rows.map((each) => each[key].p99 ?? 0));
  const known = rows.filter((each) => each[key].p50 !== null);
  if (!known.length) return h("section", { class: "card" }, h("h2", {}, title), h("p", { class: "empty" }, t.nothing));
  const rated = rows.some((each) => each.success_rate !== undefined);
  const cells = (each) => ["p50", "p95", "p99"].map((one) => h("td", { class: "number" }, maybe(each[key][one], duration)));
  return h("section", { class: "card percentiles" }, h("h2", {}, title),
    h("div", { class: "table" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, name), h("th", { scope: "col", class: "wide-cell" }, h("span", { class: "visually-hidden" }, t.spread)), rated ? h("th", { scope: "col", class: "number" }, t.rateShort) : null, h("th", { scope: "col", class: "number" }, t.median), h("th", { scope: "col", class: "number" }, "95 %"), h("th", { scope: "col", class: "number" }, "99 %"))),
      h("tbody", {}, known.map((each) => h("tr", {}, h("th", { scope: "row", class: "plain" }, each.name), h("td", { class: "wide-cell" }, strip(each[key], most)), rated ? h("td", { class: "number" }, share(each.success_rate)) : null, cells(each)))))),
    h("p", { class: "small muted wide-only" }, t.logarithmic));
}

const waits = (stats) => percentiles(t.waits, t.queue, stats.by_queue.map((each) => ({ ...each, name: () => word(each.queue) })), "wait_seconds");
const runs = (stats) =>
  percentiles(t.runs, t.workflow, stats.by_workflow.map((each) => ({ ...each, name: () => (each.title ? titled(each.title) : each.workflow) })), "run_seconds");

function errors(stats, seconds) {
  const most = Math.max(1, ...stats.errors.map((each) => each.count));
  const shown = stats.errors.slice(0, 8);
  const bar = (count) => svg("svg", { class: "strip", viewBox: "0 0 100 16", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { class: "fill bad", x: 0, y: 2, height: 12, width: (count / most) * 100 }));
  return h("section", { class: "card" }, h("h2", {}, t.errors),
    shown.length
      ? h("div", { class: "table" }, h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t.error), h("th", { scope: "col", class: "wide-cell" }, h("span", { class: "visually-hidden" }, t.share)), h("th", { scope: "col", class: "number" }, t.count))),
        h("tbody", {}, shown.map((each) => h("tr", {}, h("th", { scope: "row", class: "plain" }, h("a", { class: "mono", href: `/monitor/failures${query({ window: seconds })}` }, each.type)), h("td", { class: "wide-cell" }, bar(each.count)), h("td", { class: "number" }, number(each.count)))))))
      : h("p", { class: "empty" }, t.noErrors));
}

function estimates(stats) {
  const graded = ["submit", "start"].filter((name) => stats.estimates?.[name]?.count);
  const row = (name) => {
    const { count, median_error: error, inside } = stats.estimates[name];
    return h("div", { class: "stack tight" },
      h("h3", {}, t[name]),
      svg("svg", { class: "strip tall", viewBox: "0 0 100 16", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "fill rest", x: 0, y: 2, width: 100, height: 12 }),
        svg("rect", { class: `fill ${inside >= 0.8 ? "good" : "warn"}`, x: 0, y: 2, width: inside * 100, height: 12 }),
        svg("rect", { class: "fill ink", x: 79.8, y: 0, width: 0.5, height: 16 })),
      h("p", {}, t.grade(number(count), percent(error * 100), percent(inside * 100))));
  };
  return h("section", { class: "card stack" }, h("h2", {}, t.estimates),
    graded.length ? [graded.map(row), h("p", { class: "small muted" }, t.goal)] : h("p", { class: "empty" }, t.ungraded));
}
