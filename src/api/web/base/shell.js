/** What stands round every page: brand, ways, language, theme, who is signed in; and the sign-in where nobody is. */

import { Offline, get, post } from "./api.js";
import { h, memory, refresh, replace } from "./dom.js";
import { language, speak, texts } from "./i18n.js";
import { toast } from "./notice.js";
import { explain } from "./problems.js";
import { signInForm } from "./signin.js";

const t = texts({
  skip: ["跳到正文", "Skip to content"],
  nav: ["主导航", "Main"],
  cases: ["我的案件", "My cases"],
  monitor: ["运维监控", "Monitor"],
  other: ["EN", "中文"],
  otherTitle: ["Switch to English", "切换到中文"],
  theme: [
    (now) => `主题：${{ auto: "跟随系统", light: "浅色", dark: "深色" }[now]}`,
    (now) => `Theme: ${{ auto: "as the system", light: "light", dark: "dark" }[now]}`,
  ],
  out: ["退出", "Sign out"],
});
const TICK_MS = 10_000;
const RETRY_MS = 3_000;
const THEMES = ["auto", "light", "dark"];
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

/** @typedef {{id: string, username: string, role: "user" | "vip" | "admin"}} User */

/**
 * Draw the shell, sign in if need be, and give the user and the element for the page's content. When the session ends
 * later, a dialog asks for the password and the page stays as it is; then `casework:signed-in` is dispatched.
 * @param {{title: () => string, current: "cases" | "monitor" | ""}} page
 * @returns {Promise<{user: User, main: HTMLElement}>}
 */
export async function shell({ title, current }) {
  const main = h("main", { id: "main", tabindex: "-1", class: "page" });
  const state = { user: /** @type {User | null} */ (null) };
  const link = (/** @type {string} */ name, /** @type {string} */ to) =>
    h(
      "a",
      {
        href: to,
        "aria-current": current === name ? "page" : null,
        hidden: () => !state.user || (name === "monitor" && state.user.role !== "admin"),
      },
      t[name],
    );
  document.body.prepend(
    h("a", { class: "skip", href: "#main" }, t.skip),
    h(
      "header",
      { class: "top" },
      h(
        "div",
        {},
        h(
          "a",
          { class: "brand", href: "/" },
          h("img", { src: "/web/base/icon.svg", alt: "", width: 28, height: 28 }),
          "Casework",
        ),
        h(
          "nav",
          { "aria-label": t.nav, hidden: () => state.user?.role !== "admin" },
          link("cases", "/"),
          link("monitor", "/monitor"),
        ),
        tools(state),
      ),
    ),
    main,
  );
  const named = h("title", {}, () => `${title()} · Casework`);
  document.querySelector("title")?.replaceWith(named);
  setInterval(() => document.visibilityState === "visible" && refresh(), TICK_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());

  const user = (await whoever()) ?? (await signIn(main));
  state.user = user;
  refresh();
  addEventListener("casework:signed-out", () => signInAgain(user));
  return { user, main };
}

/** The user of the session, or nobody; waits while nothing answers. @returns {Promise<User | null>} */
async function whoever() {
  if (!/(?:^|; )casework_csrf=/.test(document.cookie)) return null; // spares a 401 in the console
  for (;;) {
    try {
      return await get("/auth/me");
    } catch (error) {
      if (error.status === 401) return null;
      toast(explain(error));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** @param {HTMLElement} main @returns {Promise<User>} */
function signIn(main) {
  return new Promise((resolve) => {
    const done = (/** @type {User} */ user) => {
      main.className = "page";
      replace(main);
      resolve(user);
    };
    main.className = "sign-in";
    replace(main, h("div", { class: "card" }, signInForm(done)));
    main.querySelector("input")?.focus();
  });
}

let asking = false;

/** The session has ended under a page that is open. Somebody else who signs in here gets a page of their own. */
function signInAgain(/** @type {User} */ user) {
  if (asking) return;
  asking = true;
  const dialog = h(
    "dialog",
    { class: "again", oncancel: (/** @type {Event} */ event) => event.preventDefault() },
    signInForm(
      (/** @type {User} */ next) => {
        asking = false;
        dialog.remove();
        if (next.id !== user.id) return location.reload();
        dispatchEvent(new Event("casework:signed-in"));
      },
      { again: true, username: user.username },
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  /** @type {HTMLInputElement} */ (dialog.querySelector("#password")).focus();
}

/** @param {{user: User | null}} state */
function tools(state) {
  const theme = () => document.documentElement.dataset.theme ?? "auto";
  const turn = () => {
    const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    memory.set("theme", next === "auto" ? "" : next);
    refresh();
  };
  const out = async () => {
    try {
      await post("/auth/logout");
    } catch (error) {
      if (error instanceof Offline) return toast(explain(error));
    }
    location.assign("/");
  };
  return h(
    "div",
    { class: "tools" },
    h(
      "button",
      {
        class: "quiet",
        type: "button",
        lang: () => (language() === "zh" ? "en" : "zh-CN"),
        title: t.otherTitle,
        "aria-label": t.otherTitle,
        onclick: () => speak(language() === "zh" ? "en" : "zh"),
      },
      t.other,
    ),
    h(
      "button",
      {
        class: "quiet icon",
        type: "button",
        title: () => t.theme(theme()),
        "aria-label": () => t.theme(theme()),
        onclick: turn,
      },
      () => SIGNS[theme()],
    ),
    h("span", { class: "who", hidden: () => !state.user }, () => state.user?.username ?? ""),
    h("button", { class: "quiet", type: "button", hidden: () => !state.user, onclick: out }, t.out),
  );
}
