/** Signing in: the form, its errors, and the wait that too many tries cost. */

import { Problem, post } from "./api.js";
import { h, refresh } from "./dom.js";
import { duration, texts } from "./i18n.js";
import { explain } from "./problems.js";

const t = texts({
  title: ["登录", "Sign in"],
  lead: ["提交案件，关掉页面，随时回来看进展。", "Submit a case, close the page, come back to all of it."],
  again: [
    "登录已过期。重新登录后，页面从原处继续。",
    "Your session has ended. Sign in and the page goes on where it was.",
  ],
  name: ["用户名", "User name"],
  password: ["密码", "Password"],
  go: ["登录", "Sign in"],
  wait: [(left) => `请等 ${left}`, (left) => `Wait ${left}`],
  show: ["显示密码", "Show password"],
});

/** The form; `done` gets the user. @param {(user: any) => void} done @param {{again?: boolean, username?: string}} [options] */
export function signInForm(done, { again = false, username = "" } = {}) {
  let busy = false;
  let error = /** @type {unknown} */ (null);
  let until = 0;
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const name = h("input", {
    id: "username",
    name: "username",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
    value: username,
  });
  const password = h("input", {
    id: "password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const show = h("input", {
    type: "checkbox",
    id: "show-password",
    onchange: () => (password.type = show.checked ? "text" : "password"),
  });

  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy || left()) return;
    [busy, error] = [true, null];
    refresh(form);
    try {
      const answer = await post("/auth/login", { username: name.value.trim(), password: password.value });
      return done(answer.user);
    } catch (thrown) {
      error = thrown;
      if (thrown instanceof Problem && thrown.retryAfter) wait(thrown.retryAfter);
      password.select();
      password.focus();
    } finally {
      busy = false;
      refresh(form);
    }
  }

  function wait(/** @type {number} */ seconds) {
    until = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      if (!left()) [error, until] = [null, (clearInterval(timer), 0)];
      refresh(form);
    }, 1000);
  }

  const message = () => {
    if (error instanceof Problem && left()) error.retryAfter = left();
    return error ? explain(error) : "";
  };
  const form = h(
    "form",
    { class: "stack", onsubmit: submit },
    h("div", { class: "stack tight" }, h("h1", {}, t.title), h("p", { class: "muted" }, again ? t.again : t.lead)),
    h("p", { class: "note bad", role: "alert", id: "sign-in-error", hidden: () => !error }, message),
    h("div", { class: "field" }, h("label", { for: "username" }, t.name), name),
    h(
      "div",
      { class: "field" },
      h("label", { for: "password" }, t.password),
      password,
      h("label", { class: "row small muted" }, show, t.show),
    ),
    h(
      "button",
      { class: "primary", type: "submit", disabled: () => busy || left() > 0, "aria-busy": () => String(busy) },
      () => (left() ? t.wait(duration(left())) : t.go()),
    ),
  );
  return form;
}
