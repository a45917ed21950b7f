/** The words that several of the user's pages need: states, kinds of cases, positions, what stands in a result. */

import { language, texts } from "../base/i18n.js";

/** @type {Record<string, [string, string]>} */
const STATUS = {
  queued: ["排队中", "Queued"],
  running: ["进行中", "Running"],
  retrying: ["等待重试", "Waiting to retry"],
  succeeded: ["已完成", "Done"],
  failed: ["失败", "Failed"],
  cancelled: ["已取消", "Cancelled"],
  pending: ["未开始", "Not begun"],
  skipped: ["未执行", "Not run"],
  interrupted: ["被中断", "Interrupted"],
};
const TONE = {
  queued: "",
  running: "busy",
  retrying: "warn",
  succeeded: "good",
  failed: "bad",
  cancelled: "",
  interrupted: "warn",
};
/** @type {Record<string, [string, string]>} */
const WORDS = {
  contract_performance: ["合同履约分析", "Contract performance"],
  complaint_defense: ["起诉状分析", "Complaint analysis"],
  judgment_appeal: ["判决分析", "Judgment analysis"],
  evidence_preservation: ["保全申请", "Preservation"],
  enforcement: ["强制执行", "Enforcement"],
  arbitration: ["仲裁程序", "Arbitration"],
  debt_collection: ["债务追讨", "Debt collection"],
  labor_dispute: ["劳动争议", "Labour dispute"],
  general: ["一般案件", "General"],
  plaintiff: ["原告", "Plaintiff"],
  defendant: ["被告", "Defendant"],
  appellant: ["上诉人", "Appellant"],
  appellee: ["被上诉人", "Appellee"],
  applicant: ["申请人", "Applicant"],
  respondent: ["被申请人", "Respondent"],
  third_party: ["第三人", "Third party"],
  pre_litigation: ["起诉前评估", "Before suing"],
  defense: ["应诉", "Defence"],
  appeal: ["上诉", "Appeal"],
  execution: ["执行", "Enforcement"],
  preservation: ["财产保全", "Preservation"],
  evidence_collection: ["收集证据", "Collecting evidence"],
  mediation: ["调解", "Mediation"],
  contract: ["合同", "Contract"],
  payment: ["付款凭证", "Payment record"],
  delivery: ["交付凭证", "Delivery note"],
  acceptance: ["验收凭证", "Acceptance record"],
  demand: ["催告函", "Demand letter"],
  bank: ["银行凭证", "Bank record"],
  identity: ["身份证明", "Proof of identity"],
  correspondence: ["往来通信", "Correspondence"],
  other: ["其他", "Other"],
  due: ["应付", "Due"],
  paid: ["已付", "Paid"],
  high: ["高", "High"],
  medium: ["中", "Medium"],
  low: ["低", "Low"],
  strong: ["强", "Strong"],
  weak: ["弱", "Weak"],
  claim_value: ["请求总额", "Amount claimed"],
  half: ["减半受理费", "Filing fee, halved"],
  principal: ["欠付款项", "Principal"],
  penalty: ["逾期付款违约金", "Penalty for late payment"],
  interest: ["逾期付款损失", "Loss by late payment"],
  delay: ["加倍部分债务利息", "Doubled interest for delay"],
  wages: ["拖欠工资", "Unpaid wages"],
  double_wage: ["二倍工资差额", "Double wage"],
  compensation: ["经济补偿", "Severance"],
  damages: ["违法解除赔偿金", "Damages for unlawful dismissal"],
  deposit: ["定金", "Deposit"],
  settlement: ["协商", "Settlement"],
  balanced: ["稳健", "Balanced"],
  conservative: ["谨慎", "Cautious"],
  aggressive: ["进取", "Assertive"],
};
const FEES = {
  acceptance: ["案件受理费", "Filing fee"],
  preservation: ["保全费", "Preservation fee"],
  enforcement: ["执行费", "Enforcement fee"],
};

const pick = (/** @type {[string, string] | undefined} */ pair, /** @type {string} */ other) =>
  pair ? pair[language() === "zh" ? 0 : 1] : other;

/** A status of a task, a step or an attempt. */
export const status = (/** @type {string} */ name) => pick(STATUS[name], name);
/** The class of a status's badge. */
export const tone = (/** @type {string} */ name) => TONE[name] ?? "";
/** Any other word of the API; one that is not known stands for itself. */
export const word = (/** @type {string} */ name) => pick(WORDS[name], name);
/** A fee's name. */
export const fee = (/** @type {string} */ name) => pick(FEES[name] ?? WORDS[name], name);

export const t = texts({
  documents: [
    (first, count) => (count > 1 ? `${first} 等 ${count} 份材料` : first),
    (first, count) => (count > 1 ? `${first} and ${count - 1} more` : first),
  ],
  demo: [(steps, seconds) => `演示：${steps} 步 × ${seconds} 秒`, (steps, seconds) => `Demo: ${steps} × ${seconds} s`],
  download: ["下载", "Download"],
});

export const FINAL = ["succeeded", "failed", "cancelled"];

/** What a task is about, from its input and the documents. @param {any} input @param {Map<string, {name: string}>} documents */
export function subject(input, documents) {
  const known = (input?.document_ids ?? []).map((/** @type {string} */ id) => documents.get(id)?.name).filter(Boolean);
  if (known.length) return t.documents(known[0], input.document_ids.length);
  const words = (input?.user_input ?? "").trim().replace(/\s+/g, " ");
  if (words) return words.length > 40 ? `${words.slice(0, 40)}…` : words;
  return typeof input?.step_seconds === "number" ? t.demo(input.steps, input.step_seconds) : "";
}
