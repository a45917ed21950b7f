"""What an uploaded file is, told by its content and not by its name (pure)."""

import io
import zipfile

from casework.errors import EmptyDocument, UnsupportedDocument

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXTS = ("utf-8", "gb18030")


def media_type(name: str, content: bytes) -> str:
    """The media type of a file; raises EmptyDocument, or UnsupportedDocument for what is none of ours."""
    if not content.strip():
        raise EmptyDocument(f"{name} is empty; choose a file with content")
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"PK\x03\x04"):
        if _is_docx(content):
            return DOCX
    elif _is_text(content):
        return "text/markdown" if name.lower().endswith((".md", ".markdown")) else "text/plain"
    raise UnsupportedDocument(f"{name} is none of PDF, DOCX, TXT, Markdown, PNG, JPEG, judged by its content")


def _is_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = TEXTS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(character) < 32 and character not in "\t\n\r\f" for character in text)
    return False


def safe_name(name: str) -> str:
    """The last part of a name, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    cleaned = "".join(character for character in last if character.isprintable()).strip(" .")
    return cleaned[-200:] or "document"
