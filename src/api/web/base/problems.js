/** What went wrong, in the user's words: by the problem's kind, otherwise by its status; the server's detail stays beside it. */

import { Offline, Problem } from "./api.js";
import { duration, language, texts } from "./i18n.js";

const t = texts({
  offline: ["连接不上服务，请检查网络。", "The service cannot be reached. Check your network."],
  "bad-credentials": ["用户名或密码不对。", "The user name or the password is wrong."],
  "not-authenticated": ["登录已过期，请重新登录。", "Your session has ended. Sign in again."],
  "too-many-tries": [(wait) => `尝试次数过多，请在 ${wait}后再试。`, (wait) => `Too many tries. Try again in ${wait}.`],
  "task-not-found": ["没有这个任务，或者它不属于您。", "There is no such task, or it is not yours."],
  "document-too-large": ["文件太大，请拆分或压缩后再传。", "The file is too large. Split or compress it."],
  "empty-document": ["文件是空的，请选择有内容的文件。", "The file is empty. Choose one with content."],
  "unsupported-document": [
    "只支持 PDF、Word（DOCX）、TXT、Markdown、PNG 和 JPEG（按内容判断）。",
    "Only PDF, Word (DOCX), TXT, Markdown, PNG and JPEG, judged by content.",
  ],
  "unknown-document": ["有的材料已被删除，请重新上传。", "A document is gone. Upload it again."],
  "task-final": ["任务已经结束。", "The task has ended already."],
  "task-not-retryable": ["只有失败或取消的任务可以重试。", "Only a failed or cancelled task can be retried."],
  "invalid-input": ["有些内容需要修改，请看标出的地方。", "Some of it needs a change: see the marked fields."],
  forbidden: ["您没有权限这样做。", "You are not allowed to do this."],
  unavailable: ["服务暂时不可用，请稍后再试。", "The service is not available at the moment. Try again shortly."],
  crashed: ["服务出错了，我们已经记录下来。", "Something went wrong on our side, and it has been recorded."],
  reference: [(id) => `编号 ${id}`, (id) => `reference ${id}`],
});

const BY_STATUS = {
  401: "not-authenticated",
  403: "forbidden",
  404: "task-not-found",
  413: "document-too-large",
  415: "unsupported-document",
  422: "invalid-input",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

/** A sentence for the user about anything that was thrown. @param {unknown} error */
export function explain(error) {
  if (error instanceof Offline) return t.offline();
  if (!(error instanceof Problem)) return t.crashed();
  const known = t[error.kind] ?? t[BY_STATUS[error.status]];
  if (known) return known(duration(error.retryAfter));
  const reference = error.requestId ? ` (${t.reference(error.requestId)})` : "";
  if (error.status >= 500) return t.crashed() + reference;
  return error.message;
}

const expected = /^Expected `(\w+)`(?: (<=|>=|of length <=|of length >=) ([\d.]+))?/;

/** What is wrong with a field: the server's English, or the Chinese of what we know. @param {string} detail */
export function explainField(detail) {
  if (language() === "en") return detail;
  const found = expected.exec(detail);
  if (found) {
    const [, type, bound, limit] = found;
    const bounds = { "<=": "不大于", ">=": "不小于", "of length <=": "长度不超过", "of length >=": "长度不少于" };
    const types = { int: "整数", float: "数", str: "文字", array: "列表" };
    return `应为${bound ? `${bounds[bound]} ${limit} 的` : ""}${types[type] ?? type}`;
  }
  if (/missing required/.test(detail)) return "必填";
  return detail;
}
