"""A document's bytes as text with its pages, within limits that no document can talk its way out of.

Runs in a process of the pool. Whatever cannot be read is told by name and reason; it never ends the analysis.
"""

import io
import unicodedata
import zipfile

import charset_normalizer
import docx
import msgspec
import pypdf
from docx.table import Table
from pypdf.errors import PyPdfError

PAGES = 500
CHARACTERS = 2_000_000
UNPACKED_BYTES = 200 * 1024 * 1024
SCANNED_CHARACTERS = 20  # a page with fewer is a picture
FULL_LINE = 0.9  # of the longest line: what is shorter has ended where its writer wanted
SHORTEST_FULL_LINE = 20


class Unreadable(Exception):
    """Why a document could not be read."""


class Read(msgspec.Struct):
    """The text, the offsets at which its pages begin, and what could not be read of it."""

    text: str
    pages: list[int]
    warnings: list[str]


def read(content: bytes, media_type: str) -> Read:
    """The text of a document; raises Unreadable with the reason."""
    if media_type == "application/pdf":
        parts, warnings = _pdf(content)
    elif media_type.endswith("wordprocessingml.document"):
        parts, warnings = [_docx(content)], []
    elif media_type.startswith("text/"):
        parts, warnings = [_text(content)], []
    else:
        raise Unreadable("图片需要文字识别（OCR），本机未启用")
    pages, text = [], ""
    for part in parts:
        pages.append(len(text))
        text += unicodedata.normalize("NFKC", part).replace("\x00", "") + "\n"
        if len(text) > CHARACTERS:
            warnings.append(f"只读取了前 {CHARACTERS} 个字符")
            text = text[:CHARACTERS]
            break
    if not text.strip():
        raise Unreadable("没有可以读取的文字；如为扫描件，需要文字识别（OCR）")
    return Read(text, pages, warnings)


def _pdf(content: bytes) -> tuple[list[str], list[str]]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("文件有密码保护，请提供未加密的版本")
        parts, warnings = [], []
        for number, page in enumerate(reader.pages, 1):
            if number > PAGES:
                warnings.append(f"只读取了前 {PAGES} 页")
                break
            part = _unwrapped(page.extract_text() or "")
            if len(part.strip()) < SCANNED_CHARACTERS:
                warnings.append(f"第 {number} 页几乎没有文字，可能是扫描件，需要文字识别（OCR）")
            parts.append(part)
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise Unreadable(f"PDF 已损坏或不完整（{type(error).__name__}）") from None
    return parts, warnings


def _unwrapped(text: str) -> str:
    """Lines that the page's width has broken, joined again: those about as long as the longest of the page."""
    lines = [line.rstrip() for line in text.splitlines()]
    full = FULL_LINE * max((len(line) for line in lines), default=0)
    joined = ""
    for line in lines:
        joined += line if len(line) >= max(full, SHORTEST_FULL_LINE) else line + "\n"
    return joined


def _docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES:
                raise Unreadable("解压后过大")
        document = docx.Document(io.BytesIO(content))
        parts = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                parts += [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
            else:
                parts.append(block.text)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unreadable(f"Word 文件已损坏或不是 Word 文件（{type(error).__name__}）") from None
    return "\n".join(parts)


def _text(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = charset_normalizer.from_bytes(content).best()
    if best is None:
        raise Unreadable("无法辨认文字编码，请另存为 UTF-8")
    return str(best)
