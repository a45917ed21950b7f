"""The report in its forms: the same content, safe, cited, and the same bytes again."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from playwright.sync_api import sync_playwright

from casework.workflows.litigation.report import fonts
from tests.casework.workflows.litigation.conftest import analyse

NAMES = ("report", "report.en")
_done: dict[str, dict[str, bytes]] = {}
HOSTILE = "<script>alert(1)</script>|**甲方**：[x](javascript:1)&amp;.txt"


@pytest.fixture
async def files(sample: dict[str, bytes], case: dict[str, Any]) -> dict[str, bytes]:
    """What the analysis of the sample case leaves, made once."""
    if not _done:
        _done["sample"] = (await analyse(sample, **case))[1].artifacts
    return _done["sample"]


@pytest.fixture
async def empty() -> dict[str, bytes]:
    """What a case of one sentence leaves."""
    if "empty" not in _done:
        _done["empty"] = (await analyse({}, user_input="测试案件分析"))[1].artifacts
    return _done["empty"]


class Page(HTMLParser):
    """What an HTML file holds: its tags, what it refers to, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.refers: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "srcset", "data", "poster"):
                self.refers.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on")


def text_of_docx(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def texts(files: dict[str, bytes], name: str) -> dict[str, str]:
    return {
        "md": files[f"{name}.md"].decode(),
        "html": files[f"{name}.html"].decode(),
        "docx": text_of_docx(files[f"{name}.docx"]),
        "pdf": text_of_pdf(files[f"{name}.pdf"]),
    }


def test_every_form_in_both_languages_holds_the_findings(files: dict[str, bytes]) -> None:
    assert "report.json" in files
    for name in NAMES:
        for form, text in texts(files, name).items():
            plain = re.sub(r"\s|\\", "", text)
            for finding in (
                "432,000.00",
                "2027-05-24",
                "苏州恒达机电设备有限公司",
                "91320594MA1XK7Q32A",
                "draft-complaint.docx",
            ):
                assert finding in plain, (name, form, finding)


def test_the_sections_are_those_of_each_language(files: dict[str, bytes]) -> None:
    chinese = ["核心结论", "事实认定与时间线", "法律分析", "证据审查", "行动建议方案", "文书草稿", "已知局限", "出处"]
    found = re.findall(r"^## (.*)$", files["report.md"].decode(), re.MULTILINE)
    assert found == [f"{number}、{title}" for number, title in zip("一二三四五六七八", chinese, strict=True)]
    english = re.findall(r"^#+ (.*)$", files["report.en.md"].decode(), re.MULTILINE)
    assert len(english) > 20
    assert not [title for title in english if re.search("[\u4e00-\u9fff]", title)]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_whole_in_itself_and_every_fact_leads_to_its_words(files: dict[str, bytes], name: str) -> None:
    text = files[f"{name}.html"].decode()
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    assert "default-src 'none'" in text
    assert all(refers.startswith("#") for refers in page.refers)
    assert {refers[1:] for refers in page.refers} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert len([refers for refers in page.refers if re.fullmatch(r"#s\d+", refers)]) > 30
    assert "url(" not in text
    assert "@import" not in text


def test_a_source_shows_its_words_in_their_sentence(files: dict[str, bytes]) -> None:
    assert "甲方转账支付到货款<mark>300,000元</mark>" in files["report.html"].decode()
    assert "甲方转账支付到货款**300,000元**" in files["report.md"].decode()
    assert "甲方转账支付到货款300,000元" in re.sub(r"\s", "", text_of_pdf(files["report.pdf"]))


def test_a_browser_asks_for_nothing_and_a_click_shows_the_words(files: dict[str, bytes], tmp_path: Any) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(files["report.html"])
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click("a.cite >> nth=4")
        words = page.locator("li:target mark")
        assert words.is_visible()
        assert words.inner_text() == "2022年12月28日"
        browser.close()
    assert asked == [path.as_uri()]


async def test_what_documents_say_never_becomes_markup(sample: dict[str, bytes]) -> None:
    words = (
        "甲方：<img/src=x>有限公司。乙方：**恒达**公司。2023年3月12日<b>交付</b>|设备|，尚欠[货款](http://x)5万元。\x07"
    )
    result, desk = await analyse({HOSTILE: sample["02-付款记录.txt"]}, user_input=words)
    assert result["documents"][0]["name"] == HOSTILE
    page = Page(desk.artifacts["report.html"].decode())
    assert not {"script", "img", "b"} & set(page.tags)
    markdown = desk.artifacts["report.md"].decode()
    assert "<script>" not in markdown
    assert not re.search(r"(?<!\\)\]\((?!#s\d)", markdown)
    for name in ("report.docx", "report.en.docx", "draft-complaint.docx", "draft-evidence-list.docx"):
        assert text_of_docx(desk.artifacts[name])
    assert "alert(1)" in text_of_pdf(desk.artifacts["report.pdf"])


@pytest.mark.parametrize("name", NAMES)
def test_the_word_file_has_its_faces_headings_and_links(files: dict[str, bytes], name: str) -> None:
    document = docx.Document(io.BytesIO(files[f"{name}.docx"]))
    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Heading 2", "黑体")):
        assert document.styles[style].element.rPr.rFonts.get(qn("w:eastAsia")) == font
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert len(headings) == 8
    assert headings[0] == ("一、核心结论" if name == "report" else "1. Key conclusions")
    assert len(document.tables) > 10
    xml = zipfile.ZipFile(io.BytesIO(files[f"{name}.docx"])).read("word/document.xml").decode()
    assert set(re.findall(r'w:anchor="(source_\d+)"', xml)) == set(re.findall(r'w:name="(source_\d+)"', xml))
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a Chinese font."""
    monkeypatch.setattr(fonts, "_files", dict)
    fonts.chinese.cache_clear()
    yield
    fonts.chinese.cache_clear()


def test_the_pdf_numbers_its_pages_embeds_its_face_and_links_its_sources(files: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(files["report.pdf"]))
    total = len(reader.pages)
    assert total >= 5
    for number, page in enumerate(reader.pages, 1):
        assert f"第 {number} 页，共 {total} 页" in page.extract_text()
    assert reader.metadata is not None
    assert reader.metadata.title == "诉讼可行性评估报告"
    assert len(reader.outline) > 8
    links = [1 for page in reader.pages for note in page.get("/Annots", []) if note.get_object()["/Subtype"] == "/Link"]
    assert len(links) > 30
    if fonts.chinese() == fonts.NAME:
        used = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
        assert any("/FontFile2" in font["/FontDescriptor"].get_object() for font in used if "/FontDescriptor" in font)


@pytest.mark.usefixtures("no_fonts")
async def test_without_a_font_the_pdf_uses_the_one_that_readers_know() -> None:
    _, desk = await analyse({}, user_input="测试案件分析")
    assert fonts.chinese() == fonts.FALLBACK
    assert "诉讼可行性评估报告" in text_of_pdf(desk.artifacts["report.pdf"])


async def test_the_same_case_gives_the_same_bytes(empty: dict[str, bytes]) -> None:
    again = (await analyse({}, user_input="测试案件分析"))[1].artifacts
    assert again == empty


@pytest.mark.parametrize("name", NAMES)
def test_a_case_without_documents_says_so_and_claims_nothing(empty: dict[str, bytes], name: str) -> None:
    for text in texts(empty, name).values():
        plain = re.sub(r"\s", "", text)
        assert ("没有提交材料" if name == "report" else "Nodocuments") in plain
        assert ("没有可计算的请求" if name == "report" else "Nothingthatcanbecomputed") in plain
        assert "胜诉率：" not in plain
