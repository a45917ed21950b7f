"""The product's words in Chinese and English; what documents and rules say stays as it is (pure)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

Language = Literal["zh", "en"]
Say = Callable[[str, str], str]


def say_in(language: Language) -> Say:
    """`say(zh, en)` → the one of the language."""
    return (lambda zh, _en: zh) if language == "zh" else (lambda _zh, en: en)


def word(table: dict[str, tuple[str, str]], key: str, language: Language) -> str:
    """A word of a table; a key that is not in it stands for itself."""
    zh, en = table.get(key, (key, key))
    return zh if language == "zh" else en


def money(value: Decimal | None, language: Language) -> str:
    """A sum in CNY to the fen."""
    if value is None:
        return "不明" if language == "zh" else "unknown"
    return f"{value:,.2f} 元" if language == "zh" else f"CNY {value:,.2f}"


TITLES = {
    "pre_litigation": ("诉讼可行性评估报告", "Litigation feasibility report"),
    "defense": ("应诉策略分析报告", "Defence strategy report"),
    "appeal": ("二审上诉评估报告", "Appeal assessment report"),
    "execution": ("执行线索分析报告", "Enforcement report"),
    "preservation": ("财产保全分析报告", "Preservation report"),
    "evidence_collection": ("证据收集分析报告", "Evidence collection report"),
    "arbitration": ("仲裁可行性评估报告", "Arbitration feasibility report"),
    "mediation": ("调解准备分析报告", "Mediation preparation report"),
}
CASE_TYPES = {
    "contract_performance": ("合同履约分析", "Contract performance"),
    "complaint_defense": ("起诉状分析", "Complaint analysis"),
    "judgment_appeal": ("判决分析", "Judgment analysis"),
    "evidence_preservation": ("保全申请", "Preservation"),
    "enforcement": ("强制执行", "Enforcement"),
    "arbitration": ("仲裁程序", "Arbitration"),
    "debt_collection": ("债务追讨", "Debt collection"),
    "labor_dispute": ("劳动争议", "Labour dispute"),
    "general": ("一般案件", "General"),
}
POSITIONS = {
    "plaintiff": ("原告", "Plaintiff"),
    "defendant": ("被告", "Defendant"),
    "appellant": ("上诉人", "Appellant"),
    "appellee": ("被上诉人", "Appellee"),
    "applicant": ("申请人", "Applicant"),
    "respondent": ("被申请人", "Respondent"),
    "third_party": ("第三人", "Third party"),
}
EVENTS = {
    "judgment": ("裁判", "Judgment"),
    "filing": ("起诉或仲裁", "Filing"),
    "arbitration_filing": ("申请仲裁", "Arbitration filed"),
    "service": ("送达起诉状", "Service of the complaint"),
    "termination": ("解除合同", "Termination"),
    "dismissal": ("解除劳动关系", "Dismissal"),
    "employment": ("入职", "Employment"),
    "wage_arrears": ("欠薪", "Wages unpaid"),
    "loan": ("出借", "Loan"),
    "repayment": ("还款", "Repayment"),
    "expiry": ("期限届满", "Expiry"),
    "acknowledgement": ("承认债务", "Acknowledgement"),
    "demand": ("催告", "Demand"),
    "deadline": ("催告期限", "Deadline set"),
    "delivery_due": ("交货期限", "Delivery due"),
    "due": ("履行期限", "Payment due"),
    "acceptance": ("验收", "Acceptance"),
    "payment": ("付款", "Payment"),
    "delivery": ("交付", "Delivery"),
    "installation": ("安装", "Installation"),
    "contract_signing": ("签约", "Signing"),
    "breach": ("违约", "Breach"),
    "other": ("其他", "Other"),
}
DOCUMENTS = {
    "contract": ("合同", "Contract"),
    "demand": ("催告函件", "Demand letter"),
    "acceptance": ("验收单", "Acceptance record"),
    "delivery": ("交货单", "Delivery note"),
    "bank": ("银行回单", "Bank record"),
    "payment": ("付款凭证", "Payment record"),
    "identity": ("身份证明", "Identity"),
    "correspondence": ("往来信息", "Correspondence"),
    "statement": ("用户陈述", "Our statement"),
    "complaint": ("起诉状", "Complaint"),
    "judgment": ("裁判文书", "Judgment"),
    "arbitration_application": ("仲裁申请书", "Arbitration application"),
    "award": ("裁决书", "Award"),
    "dismissal": ("解除劳动关系通知", "Dismissal notice"),
    "termination": ("解除合同通知", "Termination notice"),
    "labor_contract": ("劳动合同", "Labour contract"),
    "loan_contract": ("借款合同", "Loan contract"),
    "wage": ("工资与社保记录", "Wage record"),
    "repayment_plan": ("还款计划", "Repayment plan"),
    "reconciliation": ("对账确认", "Reconciliation"),
    "iou": ("借条", "IOU"),
    "guarantee": ("保证合同", "Guarantee"),
    "certificate": ("离职证明", "Certificate of leaving"),
    "invoice": ("发票", "Invoice"),
    "other": ("其他", "Other"),
}
CLAUSES = {
    "arbitration": ("仲裁", "Arbitration"),
    "jurisdiction": ("管辖", "Jurisdiction"),
    "penalty": ("违约金", "Penalty"),
    "acceptance": ("验收", "Acceptance"),
    "payment": ("付款", "Payment"),
    "delivery": ("交付", "Delivery"),
    "termination": ("解除", "Termination"),
    "other": ("其他", "Other"),
}
DRAFTS = {
    "complaint": ("民事起诉状", "Civil complaint"),
    "evidence-list": ("证据清单", "List of evidence"),
    "defence": ("答辩状", "Statement of defence"),
    "preservation": ("财产保全申请书", "Application for preservation"),
    "enforcement": ("强制执行申请书", "Application for enforcement"),
    "arbitration": ("仲裁申请书", "Application for arbitration"),
    "appeal": ("民事上诉状", "Civil appeal"),
}
NODES = {
    "preorganize_case": ("案情概述与材料", "Overview and documents"),
    "generate_timeline": ("时间线补充", "Timeline"),
    "extract_claims": ("款项性质", "Sums"),
    "analyze_evidence": ("三性意见与质证要点", "Evidence and cross-examination"),
    "assess_case": ("争议焦点与双方论点", "Issues and arguments of both sides"),
    "generate_strategies": ("策略意见与总结", "Strategies and summary"),
}
SEVERITIES = {"high": ("高", "High"), "medium": ("中", "Medium"), "low": ("低", "Low")}
LEVELS = {"strong": ("较完备", "strong"), "medium": ("中等", "medium"), "weak": ("薄弱", "weak")}
FEES = {
    "claim_value": ("请求总额", "Total claimed"),
    "acceptance": ("案件受理费", "Court fee"),
    "half": ("减半收取（简易程序、调解或撤诉）", "Half the court fee (simplified, mediated or withdrawn)"),
    "preservation": ("保全申请费", "Preservation fee"),
    "enforcement": ("执行申请费", "Enforcement fee"),
}
CLAIMS = {
    "principal": ("欠付款项", "Principal"),
    "penalty": ("违约金", "Penalty"),
    "interest": ("逾期付款损失", "Late payment loss"),
    "fee": ("费用", "Fee"),
    "delay": ("加倍部分债务利息", "Doubled interest for delay"),
    "wages": ("拖欠工资", "Unpaid wages"),
    "double_wage": ("二倍工资差额", "Double wage"),
    "compensation": ("经济补偿", "Severance"),
    "damages": ("违法解除赔偿金", "Damages for unlawful dismissal"),
    "deposit": ("定金", "Deposit"),
}
ROLES = {
    "甲方": "Party A", "乙方": "Party B", "丙方": "Party C", "买方": "Buyer", "卖方": "Seller", "供方": "Supplier",
    "需方": "Purchaser", "出卖人": "Seller", "买受人": "Buyer", "原告": "Plaintiff", "被告": "Defendant",
    "第三人": "Third party", "申请人": "Applicant", "被申请人": "Respondent", "上诉人": "Appellant",
    "被上诉人": "Appellee", "出借人": "Lender", "借款人": "Borrower", "收款人": "Payee", "付款人": "Payer",
    "发货人": "Consignor", "收货人": "Consignee", "委托人": "Principal", "受托人": "Agent", "担保人": "Guarantor",
    "保证人": "Guarantor", "用人单位": "Employer", "劳动者": "Employee",
}  # fmt: skip


def role(name: str, language: Language) -> str:
    """A party's role."""
    return name if language == "zh" else ROLES.get(name, name)
