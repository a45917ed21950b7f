"""Makes the documents of the sample case: `python examples/make_contract_dispute.py`. All of it is invented."""

from pathlib import Path

import docx
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent / "contract-dispute"
SELLER = "苏州恒达机电设备有限公司"
BUYER = "无锡远川自动化科技有限公司"
SELLER_USCC, BUYER_USCC = "91320594MA1XK7Q32A", "91320214MA1YB5T989"
WIDTH = 38

CLAUSES = [
    ("第一条 标的", "乙方向甲方供应数控分拣设备及备件，规格、数量见下表。"),
    ("第二条 价款", "合同总价为人民币壹佰贰拾陆万元整（￥1,260,000.00），含税、运输和安装调试。"),
    ("第三条 交货", "乙方应于2023年3月15日前交付全部设备至甲方无锡工厂。"),
    ("第四条 验收", "甲方应在设备到货后七日内组织验收；逾期未提出书面异议的，视为验收合格。"),
    (
        "第五条 付款",
        "甲方应于2023年1月20日前支付预付款378,000元；应于2023年4月30日前支付到货款504,000元；"
        "余款378,000元应于2023年6月30日前付清。",
    ),
    ("第六条 违约责任", "甲方逾期付款的，每逾期一日按欠付金额的万分之五向乙方支付违约金。"),
    ("第七条 争议解决", "因本合同发生的争议，双方协商不成的，任何一方可向乙方所在地有管辖权的人民法院提起诉讼。"),
    (
        "第八条 法律适用",
        "本合同未尽事宜，依照《中华人民共和国民法典》第五百零九条、《民法典》第五百七十七条等规定处理。",
    ),
]
GOODS = [
    ("名称", "型号", "数量", "单价", "小计"),
    ("数控分拣机", "HD-600", "2台", "540,000元", "1,080,000元"),
    ("备件包", "HD-SP", "1套", "180,000元", "180,000元"),
]
PAYMENTS = """付款记录（摘自恒达公司财务台账）
收款人：苏州恒达机电设备有限公司
付款人：无锡远川自动化科技有限公司
2023年1月18日，甲方转账支付预付款378,000元；
2023年5月26日，甲方转账支付到货款300,000元；
2023年9月12日，甲方转账支付150,000元。
以上合计三笔，其余款项至今未付。
"""
DELIVERY = [
    "送货单",
    "编号：SH-0312",
    f"发货人：{SELLER}",
    f"收货人：{BUYER}",
    "二〇二三年三月十二日，乙方将数控分拣机HD-600两台、备件包一套送达甲方无锡工厂，甲方仓库签收。",
    "2023年3月18日，甲方对全部设备验收合格，并在验收单上盖章。",
]
DEMAND = [
    "催款函",
    f"致：{BUYER}",
    "贵公司与我公司于2022年12月28日签订《设备供应合同》，我公司已按约交付全部设备。"
    "截至本函发出之日，贵公司尚欠货款432,000元。",
    "2024年5月20日，我公司以特快专递向贵公司发出本催款函，要求贵公司于2024年6月5日前付清欠款及违约金。",
    "该函于2024年5月22日由贵公司前台签收送达。",
    f"{SELLER}（以下简称“恒达公司”）",
]


def contract() -> None:
    """The supply contract, with a table of the goods."""
    document = docx.Document()
    document.add_heading("设备供应合同", 0)
    for line in (
        f"甲方（需方）：{BUYER}（以下简称“远川公司”）",
        f"统一社会信用代码：{BUYER_USCC}",
        f"乙方（供方）：{SELLER}（以下简称“恒达公司”）",
        f"统一社会信用代码：{SELLER_USCC}",
        "双方于2022年12月28日在苏州签订本合同。",
    ):
        document.add_paragraph(line)
    for title, body in CLAUSES:
        document.add_paragraph(f"{title}\n{body}")
        if title.startswith("第一条"):
            table = document.add_table(rows=0, cols=len(GOODS[0]))
            for row in GOODS:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    document.save(str(HERE / "01-设备供应合同.docx"))


def pdf(name: str, lines: list[str]) -> None:
    """A page of text, its lines broken where the page ends as any printed document's are."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(HERE / name), pagesize=A4, invariant=1)
    canvas.setFont("STSong-Light", 12)
    height = A4[1] - 72
    for line in lines:
        for start in range(0, len(line), WIDTH):
            canvas.drawString(72, height, line[start : start + WIDTH])
            height -= 20
    canvas.save()


if __name__ == "__main__":
    contract()
    (HERE / "02-付款记录.txt").write_bytes(PAYMENTS.encode("gb18030"))
    pdf("03-送货单.pdf", DELIVERY)
    pdf("04-催款函.pdf", DEMAND)
