/** Chinese and English: texts that know the language of the moment, and numbers, dates and durations in it. */

import { memory, refresh } from "./dom.js";

/** @typedef {string | ((...values: any[]) => string)} Text */

const root = document.documentElement;

/** `zh` or `en`. */
export const language = () => (root.lang.startsWith("zh") ? "zh" : "en");

/** Speak another language from now on, without a reload. @param {"zh" | "en"} wanted */
export function speak(wanted) {
  root.lang = wanted === "zh" ? "zh-CN" : "en";
  memory.set("language", wanted);
  refresh();
  dispatchEvent(new Event("casework:language"));
}

/**
 * Texts in pairs, `{ save: ["保存", "Save"] }`, as functions that give the one of the moment: `t.save` goes where `h`
 * takes a child, `() => t.left(3)` where a text takes values.
 * @template {Record<string, [Text, Text]>} T @param {T} pairs @returns {{[K in keyof T]: (...values: any[]) => string}}
 */
export function texts(pairs) {
  const made = {};
  for (const [name, pair] of Object.entries(pairs)) {
    made[name] = (...values) => {
      const text = pair[language() === "zh" ? 0 : 1];
      return typeof text === "function" ? text(...values) : text;
    };
  }
  return /** @type {any} */ (made);
}

/** The server's `{"zh","en"}`. @param {{zh: string, en: string}} title */
export const titled = (title) => title[language()];

const made = new Map();
function format(kind, options) {
  const key = `${kind.name}${root.lang}${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new kind(root.lang === "en" ? "en-GB" : root.lang, options));
  return made.get(key);
}

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const number = (value, options = {}) => format(Intl.NumberFormat, options).format(value);

/** 0–100 as a percentage. @param {number} value */
export const percent = (value, digits = 0) =>
  format(Intl.NumberFormat, { style: "percent", maximumFractionDigits: digits }).format(value / 100);

/** @param {number} size */
export function bytes(size) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  const digits = size < 10 && unit ? 1 : 0;
  return number(size, { style: "unit", unit: units[unit], unitDisplay: "narrow", maximumFractionDigits: digits });
}

/** Day and time, the year only when it is another one. @param {string | number} at */
export function moment(at) {
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return format(Intl.DateTimeFormat, {
    year,
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(date);
}

/** The whole of it, for a tooltip. @param {string | number} at */
export const exactly = (at) =>
  format(Intl.DateTimeFormat, { dateStyle: "full", timeStyle: "long" }).format(new Date(at));

/** Hours, minutes, seconds. @param {string | number} at */
export const clock = (at) =>
  format(Intl.DateTimeFormat, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(
    new Date(at),
  );

/** A day without a time. @param {string} day as `2024-05-31` */
export const day = (day) =>
  format(Intl.DateTimeFormat, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

const STEPS = /** @type {const} */ ([
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
]);

/** “3 minutes ago”. @param {string | number} at */
export function ago(at) {
  let value = (new Date(at).getTime() - Date.now()) / 1000;
  if (Math.abs(value) < 5) return language() === "zh" ? "刚刚" : "just now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size)
      return format(Intl.RelativeTimeFormat, { numeric: "auto", style: "short" }).format(Math.round(value), unit);
    value /= size;
  }
  return "";
}

const unit = (value, name, digits = 0) =>
  number(value, {
    style: "unit",
    unit: name,
    unitDisplay: language() === "en" ? "narrow" : "short",
    maximumFractionDigits: digits,
  });

/** A duration as people say it: two units at most. @param {number} seconds */
export function duration(seconds) {
  const space = language() === "zh" ? "" : " ";
  if (seconds < 0.95) return unit(Math.max(0, Math.round(seconds * 1000)), "millisecond");
  if (seconds < 9.95) return unit(seconds, "second", 1);
  if (seconds < 59.5) return unit(Math.round(seconds), "second");
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60)
    return unit(minutes, "minute") + (Math.round(seconds) % 60 ? space + unit(Math.round(seconds) % 60, "second") : "");
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return unit(hours, "hour") + (minutes % 60 ? space + unit(minutes % 60, "minute") : "");
  return unit(Math.floor(hours / 24), "day") + (hours % 24 ? space + unit(hours % 24, "hour") : "");
}

/** A range of durations, coarse as an estimate is. @param {number} low @param {number} high */
export function durations(low, high) {
  const coarse = (value) =>
    value < 10 ? Math.max(1, Math.round(value)) : value < 60 ? Math.round(value / 5) * 5 : Math.round(value / 30) * 30;
  const [a, b] = [coarse(low), coarse(high)];
  if (a === b) return duration(b);
  if (b < 60) return `${number(a)}–${unit(b, "second")}`;
  return `${duration(a)} – ${duration(b)}`;
}

/** A text's words joined as the language joins them. @param {string[]} words */
export const list = (words) => format(Intl.ListFormat, { type: "conjunction" }).format(words);
