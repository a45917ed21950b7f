/** `/`: submit a case, and my cases. */

import { get } from "../base/api.js";
import { h, replace } from "../base/dom.js";
import { texts } from "../base/i18n.js";
import { toast } from "../base/notice.js";
import { explain } from "../base/problems.js";
import { shell } from "../base/shell.js";
import { myTasks } from "./list.js";
import { submitForm } from "./submit.js";

const t = texts({
  title: ["案件", "Cases"],
  add: ["提交新案件", "New case"],
  loading: ["正在载入…", "Loading…"],
});
const RETRY_MS = 3_000;

const { user, main } = await shell({ title: t.title, current: "cases" });
replace(main, h("p", { class: "empty", role: "status" }, t.loading));

for (;;) {
  try {
    await draw();
    break;
  } catch (error) {
    toast(explain(error));
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function draw() {
  const workflows = new Map((await get("/workflows")).map((/** @type {any} */ each) => [each.name, each]));
  const form = await submitForm(user, workflows.values(), (answer) => location.assign(`/tasks/${answer.task_id}`));
  const mine = myTasks(workflows);
  replace(
    main,
    h("h1", { class: "visually-hidden" }, t.title),
    h("a", { class: "button primary to-form", href: "#new" }, t.add),
    h("div", { class: "home" }, mine.card, form),
  );
}
