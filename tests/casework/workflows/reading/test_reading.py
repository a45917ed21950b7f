"""What is read is what stands there: encodings, pages, tables, numbers, scans."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from casework.workflows.reading import Unreadable, plain, read, word
from casework.workflows.reading.document import assembled, pages
from casework.workflows.reading.fold import fold, tidy_recognised
from casework.workflows.reading.intake import Reader
from casework.workflows.reading.lines import unwrapped
from casework.workflows.reading.numbering import DIGITS, LEGAL, chinese
from tests.casework.workflows.desk import PooledDesk, pooled
from tests.casework.workflows.litigation.conftest import Desk
from tests.casework.workflows.reading.hostile import DOCX, W

SIMPLIFIED = (
    "甲方应于二〇二三年六月三十日前付清货款人民币壹佰贰拾陆万元整（￥1,260,000.00），逾期按日万分之五计付违约金。\n"
)
TRADITIONAL = "甲方應於民國一百一十二年六月三十日前付清貨款新臺幣壹佰貳拾陸萬元整，逾期按日計付違約金。\n"
FONTS = ("NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_simplified_text_is_read_in_any_encoding(encoding: str) -> None:
    text, _, notices = plain.decode(SIMPLIFIED.encode(encoding))
    assert (text, notices) == (SIMPLIFIED, [])


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16", "utf-16-le"])
def test_traditional_text_is_read_in_any_encoding(encoding: str) -> None:
    text, _, notices = plain.decode(TRADITIONAL.encode(encoding))
    assert (text, notices) == (TRADITIONAL, [])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_cut_text_is_read_but_for_its_last_character_and_told(encoding: str) -> None:
    text, _, [told] = plain.decode((SIMPLIFIED * 3).strip().encode(encoding)[:-1])
    assert text.startswith(SIMPLIFIED * 2)
    assert told.code == "damaged_text"


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        plain.decode(bytes(range(256)) * 40)
    assert caught.value.notice.code == "encoding"


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    folded.encode()


def test_folding_makes_one_of_what_looks_alike() -> None:
    assert fold("（２０２３年３月，￥５００）：\x00⼀") == "(2023年3月,¥500): 一"


def test_a_form_feed_begins_a_page() -> None:
    found = read("第一页\f第二页".encode(), "text/plain")
    assert [found.text[at : at + 3] for at in found.pages] == ["第一页", "第二页"]


def test_lines_broken_by_the_page_are_joined_and_others_are_not() -> None:
    full = "本合同自双方签字盖章之日起生效一式两份双方各执一份"
    assert unwrapped(f"{full}\n具有同等效力\n第二条") == f"{full}具有同等效力\n第二条\n"


def test_a_recognised_line_as_wide_as_its_page_goes_on_in_the_next() -> None:
    raw = "甲方应于2023年1月20日前支付预付款378,000元；余款应于2023年6月3\n0日前付清。\n第六条 违约责任"
    assert tidy_recognised(raw).splitlines()[0].endswith("余款应于2023年6月30日前付清。")


def saved(document: WordDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_table_stays_in_its_place_and_its_columns_stay_columns() -> None:
    document = docx.Document()
    document.add_paragraph("前")
    table = document.add_table(4, 3)
    rows = [("名称", "单价（元）", "小计"), ("泵", "100", "100"), ("合计", "", "100"), ("运费", "20", "")]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(2, 0).merge(table.cell(2, 1))
    document.add_paragraph("后")
    lines = "".join(word.plain(word.blocks(saved(document)))).splitlines()
    assert lines == ["前", "名称 | 单价（元） | 小计", "泵 | 100 | 100", "合计 |  | 100", "| 运费 | 20 |  |", "后"]


def paragraphs(*bodies: str) -> bytes:
    document = docx.Document()
    for body in bodies:
        document.element.body.append(parse_xml(f'<w:p xmlns:w="{W}">{body}</w:p>'))
    return saved(document)


def test_what_is_struck_out_of_a_word_file_is_left_out_and_what_is_inserted_counts() -> None:
    content = paragraphs(
        '<w:r><w:t>金额</w:t></w:r><w:del w:id="1" w:author="x"><w:r><w:delText>10万</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="x"><w:r><w:t>12万</w:t></w:r></w:ins><w:r><w:t>元</w:t></w:r>'
    )
    assert read(content, DOCX).text.strip() == "金额12万元"


def test_a_page_of_a_word_file_may_begin_in_the_middle_of_a_date() -> None:
    run = "<w:r><w:t>2023年</w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>3月1日</w:t></w:r>"
    found = read(paragraphs(run), DOCX)
    assert found.text.strip() == "2023年3月1日"
    assert [found.text[at:].strip() for at in found.pages] == ["2023年3月1日", "3月1日"]


def test_automatic_numbers_of_a_word_file_are_spelled_out() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
        f'<w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    ))  # fmt: skip
    numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in [(0, "标的"), (0, "价款"), (1, "总价"), (1, "付款"), (0, "违约责任")]:
        body = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr></w:pPr>'
        document.element.body.append(parse_xml(f'<w:p xmlns:w="{W}">{body}<w:r><w:t>{text}</w:t></w:r></w:p>'))
    assert read(saved(document), DOCX).text.split("\n")[:5] == [
        "第一条 标的", "第二条 价款", "二.1 总价", "二.2 付款", "第三条 违约责任",
    ]  # fmt: skip


def test_chinese_numbers_read_as_they_are_spoken() -> None:
    spoken = {1: "一", 10: "十", 12: "十二", 20: "二十", 105: "一百零五", 110: "一百一十", 1001: "一千零一"}
    assert {number: chinese(number, DIGITS) for number in spoken} == spoken
    assert chinese(21, LEGAL) == "贰拾壹"


def test_a_word_file_in_markdown_has_its_headings_and_tables() -> None:
    document = docx.Document()
    document.add_heading("设备合同", 1)
    document.add_paragraph("甲方：某公司")
    table = document.add_table(2, 2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], "名价泵|", strict=True):
        cell.text = text
    made = assembled(pages(saved(document), DOCX, markdown=True), str)
    assert made.text == "# 设备合同\n\n甲方：某公司\n\n| 名 | 价 |\n| --- | --- |\n| 泵 | \\| |\n"


def test_recognised_text_loses_the_blanks_and_marks_that_tesseract_adds() -> None:
    raw = "付款人 : 无锡 远川 公司〈以下\n\n金额 半378,000.00 元 ,余\nContract No. 7 of us"
    assert tidy_recognised(raw) == "付款人:无锡远川公司(以下\n金额¥378,000.00元,余\nContract No. 7 of us"


def scan(*lines: str) -> Image.Image:
    """A page as a scanner sees it."""
    for name in FONTS:
        try:
            face = ImageFont.truetype(name, 40)
            break
        except OSError:
            continue
    else:
        raise RuntimeError("no Chinese font: install Debian's fonts-wqy-microhei")
    page = Image.new("L", (1240, 900), 255)
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((100, 100 + 90 * number), line, font=face, fill=0)
    return page


def packed(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


SCANS = [
    scan("交易日期 2023年1月18日", "收款人苏州恒达机电设备有限公司"),
    scan("合同总价1,260,000.00元", "签订于2022年12月28日"),
]


def scanned_pdf() -> bytes:
    return packed(SCANS[0], "PDF", save_all=True, append_images=SCANS[1:], resolution=150)


async def test_scans_are_recognised_page_by_page_in_processes() -> None:
    files = {"扫描.pdf": scanned_pdf(), "回单.png": packed(SCANS[0], "PNG"), "回单.jpg": packed(SCANS[1], "JPEG")}
    async with pooled() as pool:
        desk = PooledDesk(files, pool)
        reader = Reader(desk)
        found = await desk.documents(list(files))
        await reader.count(found)
        both, first, second = [await reader.read(document) for document in found]
    assert (reader.done, reader.total) == (4, 4)
    assert both.recognised == [1, 2]
    assert both.notices == first.notices == second.notices == []
    assert "2023年1月18日" in first.text
    assert "苏州恒达机电设备有限公司" in both.text[: both.pages[1]]
    assert "1,260,000.00" in both.text[both.pages[1] :]
    assert "2022年12月28日" in second.text
    assert desk.said[-1].startswith("已读 4/4 页")


async def test_without_tesseract_a_scan_is_a_notice_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    desk = Desk({"扫描.pdf": scanned_pdf(), "说明.txt": SIMPLIFIED.encode()})
    reader = Reader(desk)
    scanned, text = await desk.documents(list(desk.contents))
    await reader.count([scanned, text])
    with pytest.raises(Unreadable) as caught:
        await reader.read(scanned)
    assert caught.value.notice.code == "ocr_missing"
    assert "tesseract-ocr-chi-sim" in caught.value.notice.zh
    assert (await reader.read(text)).notices == []
