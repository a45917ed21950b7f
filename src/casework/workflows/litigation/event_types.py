"""The types of events: the words that tell each, its title, what it means in law. The first that fits counts (pure)."""

# ruff: noqa: E501 - a pattern is read as one

import re

PAY = (
    r"(?:支付|付清|付款|付讫|归还|偿还|还清|还款|还本|付息|还给|还我|还上|结清|清偿|给付|交纳|发放|付至|退还|返还|兑付)"
)
TYPES = tuple(
    (name, re.compile(words))
    for name, words in (
        (
            "judgment",
            r"判决如下|(?:作出|收到|送达|下达|宣判).{0,24}(?:判决|裁定|裁决|调解书)|(?:判决书?|裁决书?|调解书)(?:已|于|发生|生效|送达)",
        ),
        (
            "arbitration_filing",
            r"(?:申请|提起|提交|递交|请求).{0,10}仲裁|仲裁(?:委员会|委|院).{0,10}(?:受理|立案|收到)|仲裁申请",
        ),
        (
            "service",
            r"(?:收到|送达|领取|签收).{0,24}(?:起诉状|应诉通知|传票|开庭通知)|(?:起诉状副本|应诉通知书|传票)[^。]{0,20}(?:送达|签收|收到)",
        ),
        ("filing", r"起诉(?!状副本)|立案|受理|提起诉讼|诉至|(?:递交|提交).{0,6}诉状|申请强制执行"),
        (
            "dismissal",
            r"辞退|开除|解雇|(?:解除|终止)(?:与[^，。]{1,14}的?)?(?:双方)?(?:之?间的)?劳动(?:合同|关系)|劳动(?:合同|关系).{0,16}(?:解除|终止)|离职|裁员|"
            r"不用(?:再)?(?:来)?上班|不必(?:再)?(?:来)?上班|被迫解除|辞职",
        ),
        (
            "termination",
            r"解除.{0,12}(?:合同|协议)|(?:合同|协议).{0,6}解除|解除(?:通知|函)|终止.{0,8}(?:合同|协议|合作)|解约",
        ),
        (
            "acknowledgement",
            r"确认.{0,14}(?:欠|余额|未付|债务|应付)|承认|还款(?:计划|承诺|协议)|同意.{0,10}(?:支付|归还|还款|付款|分期|偿还)|对账|"
            r"(?:会(?:尽快|尽量|想办法|按时)?|尽量|想办法)(?:想办法)?(?:还|付|给|处理|安排)|宽限|(?:肯定|一定)(?:会)?.{0,4}(?:付|还|给|结)|认可.{0,10}(?:欠|债务|金额)|欠条|(?:书面|口头|微信|电话|短信).{0,8}(?:承诺|答应|表示)|回函|复函",
        ),
        (
            "contract_signing",
            r"(?<!未)(?<!没有)(?<!未曾)(?:签订|签署|订立|签了|签定|补签|续签)(?!之日|后|解除)|向.{1,16}(?:采购|订购|购买)",
        ),
        ("deadline", rf"(?:要求|请[你您贵]?|限[你您贵期]?|敦促|务必|催促|函告).{{0,40}}?(?:前|内).{{0,12}}{PAY}"),
        (
            "demand",
            r"催.{0,3}(?:款|账|债)|催过|电话催|催$|再次催|催一下|催了|(?:尾款|货款|余款|工资|钱).{0,10}(?:尽快|什么时候)|催款|催告|催收|催要|催讨|催促|追讨|追索|发函|致函|律师函|函告|(?:函|通知书?|快递|邮件).{0,20}(?:签收|妥投|送达)|"
            rf"(?:要求|请求|请).{{0,16}}{PAY}|(?:当面|口头|上门|电话|多次|书面|再次)?(?:要求|催)[^，。,]{{0,12}}(?:在|于)$|"
            r"什么时候.{0,4}(?:还|付|给)|何时.{0,4}(?:还|付|给)|还钱|(?:赶紧|尽快|抓紧).{0,6}(?:还|付|归还|结清)|索要|讨要|讨薪|主张权利",
        ),
        (
            "delivery_due",
            r"(?:应|须|最迟|约定|承诺|保证).{0,30}(?:前|内).{0,12}(?:交付|交货|发货|供货|送达|送至|完工|交工|竣工)|(?:日|月|底)(?:之|以)?前.{0,16}(?:交付|交货|送至|运至|送达|发货|供货|完工|交工)|(?:交货|交付|交房)(?:日期|期限|时间)",
        ),
        (
            "due",
            rf"(?:应(?![付收])|须|最迟|约定|承诺|保证|定于|答应|双方同意).{{0,40}}{PAY}|{PAY}.{{0,6}}(?:期限|届满|到期|日期|时间)|"
            rf"(?:前|之前|以前).{{0,8}}{PAY}|到期(?!后|未)|还款日|期限届满|分期.{{0,10}}{PAY}",
        ),
        (
            "wage_arrears",
            r"(?:拖欠|未(?:足额|按时|再|能)?(?:支付|发放|发)|停发|停止发放|欠发|欠付|克扣|不发|少发).{0,12}(?:工资|薪|报酬)|(?:工资|薪资|报酬).{0,12}(?:拖欠|未发|停发|未支付|至今未|没有发)",
        ),
        (
            "employment",
            r"入职|入司|到岗|上班|用工之日|建立劳动关系|聘用|录用|担任|在.{1,16}(?:工作|任职)|进入.{0,20}(?:工作|公司)|开始工作",
        ),
        ("repayment", r"(?:归还|偿还|还款|还了|还本|已还|还清|付息|支付(?:了)?.{0,6}利息)"),
        ("loan", r"出借|借出|借到|借给|借款|放款|借得|借走|今借|交付.{0,6}借款"),
        ("breach", r"退货|换货|质量(?:问题|异议|不合格|缺陷)|提出.{0,6}异议|拒收|拒绝"),
        ("acceptance", r"验收|检验合格|试运行合格"),
        ("installation", r"安装|调试"),
        (
            "payment",
            r"支付|付款|转账|汇款|汇入|转入|打款|转了|汇了|打了|转给|收到.{0,14}[款元]|到账|付了|付给|交付.{0,6}(?:定金|押金|保证金)|预付",
        ),
        (
            "delivery",
            r"交付|交货|送达|发货|货.{0,4}(?:发出|收到|到了)|发出货|收到货|签收|送货|供货|供应|拉货|运货|收货|送到|运抵|到货|提货",
        ),
        ("breach", r"违约|拒绝|逾期|拖欠|至今未|未(?:按约|依约|按时|再)|停止供货|质量问题"),
        ("signed", r"签字|盖章|签约"),
    )
)
TITLES = {
    "judgment": "裁判", "filing": "起诉", "arbitration_filing": "申请仲裁", "termination": "解除合同", "dismissal": "解除劳动关系",
    "acknowledgement": "承认债务", "demand": "催告", "deadline": "催告期限", "delivery_due": "交货期限", "due": "履行期限",
    "acceptance": "验收", "payment": "付款", "repayment": "还款", "loan": "出借", "delivery": "交付", "installation": "安装",
    "contract_signing": "签约", "breach": "违约", "employment": "入职", "wage_arrears": "欠薪", "expiry": "期限届满", "service": "送达起诉状", "other": "其他",
}  # fmt: skip
IMPORTANT = {
    "contract_signing", "due", "demand", "acknowledgement", "filing", "arbitration_filing", "judgment", "breach", "loan",
    "dismissal", "termination",
}  # fmt: skip
SIGNIFICANCE = {
    "contract_signing": "合同关系成立",
    "due": "履行期限届满，时效由此起算",
    "demand": "请求履行，时效中断",
    "acknowledgement": "同意履行，时效中断",
    "payment": "履行债务；部分履行使时效中断",
    "repayment": "履行债务；部分履行使时效中断",
    "filing": "起诉，时效中断",
    "arbitration_filing": "申请仲裁，时效中断",
    "loan": "款项交付，借款合同成立",
    "dismissal": "劳动关系终止，仲裁时效由此起算",
    "termination": "合同权利义务终止",
    "acceptance": "标的物符合约定",
}
HEADINGS = {
    "contract": "contract_signing", "labor_contract": "contract_signing", "guarantee": "contract_signing", "delivery": "delivery",
    "demand": "demand", "payment": "payment", "bank": "payment", "iou": "loan", "reconciliation": "acknowledgement",
    "acceptance": "acceptance", "complaint": "filing", "arbitration_application": "arbitration_filing", "judgment": "judgment",
    "award": "judgment", "wage": "payment", "dismissal": "dismissal", "termination": "termination", "repayment_plan": "acknowledgement",
}  # fmt: skip
LABEL = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]\s*$")  # `还款日期：` before a date
LABELLED = (
    ("loan", re.compile(r"(?:借款|出借|放款|借出)(?:日期|时间|日)$")),
    ("due", re.compile(r"(?:还款|到期|归还|付款期限|还款截止)(?:日期|时间|日|期限)$")),
    ("contract_signing", re.compile(r"(?:签订|签约|签署|订立|合同签订)(?:日期|时间|日)$")),
    ("delivery", re.compile(r"(?:交货|送货|发货|收货|提货|出库)(?:日期|时间|日)$")),
    ("acceptance", re.compile(r"验收(?:日期|时间|日)$")),
    ("employment", re.compile(r"(?:入职|用工|到岗)(?:日期|时间|日)$")),
    ("dismissal", re.compile(r"(?:离职|解除|终止)(?:日期|时间|日)$")),
    ("payment", re.compile(r"(?:付款|转账|交易|支付|汇款|收款)(?:日期|时间|日)$")),
)
LETTERS = {"demand", "termination", "dismissal"}
ARRIVED = re.compile(
    r"签收|妥投|(?:已|经|予以|邮寄|直接)送达|送达(?:回证|成功)|(?:已|于[^。]{0,16})(?:收到|收悉)(?!本函|该函|此函|之日|后)|回执|当面|拒收|特快专递|EMS|快递单号|已读|查收"
)
