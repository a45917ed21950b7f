"""What a document is, by its head and its name (pure)."""

import re

from casework.workflows.litigation.text import shown
from casework.workflows.litigation.text.script import simplified

BODY = 2_000  # characters
KINDS = (
    (
        "reconciliation",
        r"(?:工资|薪资|薪酬)(?:拖欠|欠付|欠发|欠款|未付)|拖欠.{0,4}(?:工资|薪).{0,6}(?:说明|证明|确认|明细|清单)|(?:离职|工资|薪资|薪酬|欠薪).{0,6}(?:结算|确认|对账|核对|核算)|欠(?:付|发)?(?:工资|薪).{0,8}(?:协议|承诺|计划|证明|说明|条)|[今现兹]欠.{1,24}(?:工资|薪)",
        r"(?!)",
    ),
    (
        "certificate",
        r"(?:离职|工作|在职|收入)证明|录用通知|入职(?:邀约|通知|邀请|登记)|聘用意向|[Oo]ffer|OFFER",
        r"特此证明",
    ),
    ("complaint", r"起诉状|执行申请书", r"诉讼请求"),
    ("arbitration_application", r"仲裁申请书", r"仲裁请求"),
    ("judgment", r"判决书|裁定书|(?<!仲裁)调解书", r"判决如下|裁定如下"),
    ("award", r"裁决书|仲裁调解书", r"裁决如下"),
    ("other", r"答辩[状书]|答辩意见|上诉状|代理词|质证意见", r"(?!)"),
    (
        "payment",
        r"(?:还款|付款|收款|转账|回款|支付)(?:明细|清单|统计|汇总|情况(?!的?说明))|^(?:手机)?(?:收款|还款|付款|到账)记录",
        r"(?!)",
    ),
    ("wage", r"工资(?:台账|条(?!.{0,4}聊天)|发放表|明细表|发放明细)", r"(?!)"),
    ("correspondence", r"聊天|(?<!银行)(?<!送达)(?<!到账)(?<!入账)短信|微信(?!支付|转账|零钱|收款)", r"$^"),
    (
        "dismissal",
        r"解除.{0,6}劳动|终止.{0,6}劳动|劳动.{0,6}(?:解除|终止)|辞退|离职|开除|辞职|解雇|解聘|除名|劝退|终止聘用|(?:到期|期满|届满|不再?续[签订]).{0,8}(?:通知|告知|决定)",
        r"解除(?:与[^，。]{1,14}的?)?劳动(?:合同|关系)|劳动(?:合同|关系)自?[^，。；\n]{0,20}起(?:予以)?(?:解除|终止)",
    ),
    (
        "labor_contract",
        r"(?:劳动合同|聘用合同|聘用协议|(?:用工|雇佣|雇用|录用)(?:合同|协议))(?!.{0,12}(?:通知|决定|证明|告知|征[求询]|意向|说明|查询|台账))",
        r"用人单位.{0,40}劳动者|劳动合同期限",
    ),
    (
        "wage",
        r"工资(?!.{0,6}(?:欠条|催|函|通知|支付凭证|付款凭证))|薪资|薪酬|社保|考勤|个税",
        r"工资(?:表|条|明细|流水)|社会保险",
    ),
    ("loan_contract", r"(?:借款|借贷|拆借).{0,10}(?:合同|协议)", r"$^"),
    ("iou", r"^[今兹现]?(?:向|借).{1,20}借|^[今兹现]借|借款(?:单|凭|收据|便条)|字据|^换[条据]|[新老旧]条$", r"$^"),
    (
        "repayment_plan",
        r"(?:延期|展期|缓期|缓付|缓交|缓缴|暂缓|宽限|分期)[^，。]{0,10}(?:申请|请求|函)|(?:申请|请求)[^，。]{0,6}(?:延期|展期|缓付|宽限|分期)(?!开庭|审理|举证)|还款(?:计划|承诺|协议)|(?:付款|支付)(?:计划|承诺)|承诺[书函]",
        r"还款计划",
    ),
    (
        "reconciliation",
        r"对账|询证函|结算单|结算书|结算协议|确认[书函]|回函|复函|答复(?!期)|(?:付款|还款|欠款|履行)情况(?:的)?说明|欠条|欠据|欠单|结欠|欠款|欠薪|纪要|备忘录",
        r"对账(?:单|函)|欠[条据]",
    ),
    ("iou", r"借条|借据|收到?条", r"今借到|借到"),
    ("termination", r"(?:解除|终止)(?:[^，。\n]{0,8}(?:合同|协议)|.{0,8}(?:通知|函))", r"解除合同通知"),
    ("guarantee", r"保证合同|担保(?:合同|书|函)|保证书", r"连带责任保证"),
    ("loan_contract", r"借款(?:合同|协议)", r"出借人|借款人(?!民)"),
    ("contract", r"(?:合同|协议)书?(?:[（(][^）)]*[）)])?(?:\.\w+)?$", r"$^"),
    (
        "demand",
        r"催(?!化)|律师函|函|(?:还款|归还|清偿|履行|交租|欠款|付款|缴款|交款)(?:义务)?通知|(?:履行|承担)[^，。\n]{0,8}(?:责任|义务)[^，。\n]{0,4}通知",
        r"催款函|催告函|律师函|贵公司.{0,80}(?:支付|付款)",
    ),
    ("acceptance", r"验收", r"验收(?:单|报告|合格)"),
    ("invoice", r"发票", r"增值税(?:专用|普通)发票"),
    ("delivery", r"送货|交货|签收|发货|收货|提货|出库", r"送货单|签收单|收货单|交货单"),
    (
        "bank",
        r"银行|回单|水单|业务委托书|进账单|放款|汇款单|电汇|支票存根|(?:转账|支付|交易)成功|流水|转账(?!记录)|交易明细|到账|入账|来账|进账|农商行|信用社|支付宝|电子凭证",
        r"银行.{0,6}回单|交易流水|转账凭证|到账",
    ),
    (
        "payment",
        r"付款|收据|支付|转账|还款|收款|回款|来款|退款(?!协议|合同)|汇款|交款|收费|票据|存根|打款|收租|租金收",
        r"付款记录|收据|转账记录",
    ),
    ("identity", r"营业执照|身份证|户籍", r"营业执照|居民身份证"),
    ("correspondence", r"微信|邮件|聊天|短信|录音|通话", r"聊天记录|发件人|微信号"),
    (
        "contract",
        r"合同|协议|订单|订货单|订购单|采购单|购货单",
        r"(?:合同|协议)书?\s*\n|甲方[^\n]*[:：][^\n]*\n[^\n]*乙方|第一条",
    ),
)
_NOTE = re.compile(r"[今兹现]?(?:向|借)|[今兹现]欠|本人|我")  # a note of hand may begin without a title
_MESSAGE = re.compile(  # `2024年5月6日 15:30 闻人晓月：`
    r"(?m)^\W{0,3}(?:\d{2,4}[年/.-])?\d{1,2}[月/.-]\d{1,2}[日号]?\s+\d{1,2}:\d{2}(?::\d{2})?\s+[^\s:：]{1,16}\s*[:：]"
)
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十\d]{1,2}[、.．](?!\d)|[（(][一二三四五六七八九十\d]{1,2}[）)])\s*"
)  # `三、收条`
_NOTED = re.compile(r"[（(][^）)]*[）)]\s*$")  # `收条（手写，照片打印件）`
_NUMBER = re.compile(r"[^，。；\s]{0,6}号\s*[:：]")  # of a contract or a file, above its title
_BODY = re.compile(r"^[^，。：]{2,24}(?:人民法院|仲裁委员会|仲裁院)$")  # whose paper it is, above its title


def kind_of(name: str, text: str) -> str:
    """What a document is, by the head of its content and then by its name."""
    name, head = simplified(name), simplified(text[:300])
    lines = [line.strip() for line in head.splitlines() if line.strip()][:2] or [""]
    title = lines[-1] if _BODY.search(re.sub(r"\s", "", lines[0])) else lines[0]
    title = _NUMBERED.sub("", title)
    if _NUMBER.match(title) or (re.search(r"[，。；]", _NOTED.sub("", title)) and not _NOTE.match(title)):
        title = ""  # a sentence is no title
    if len(_MESSAGE.findall(text[:600])) > 1:
        return "correspondence"
    for place in (title[:40], name):
        for kind, words, _ in KINDS:
            if re.search(words, re.sub(r"[\s_]", "", place)):
                return (
                    "dismissal" if kind == "termination" and re.search("劳动|用工|工资|社保|社会保险", head) else kind
                )
    body = simplified(text[:BODY])
    return shown.by_body(body) or next((kind for kind, _, words in KINDS if re.search(words, head)), "other")
