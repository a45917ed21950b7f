"""What a reader of documents has to tell of one: a code for programs, words for people (pure)."""

from collections.abc import Sequence

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """Something that could not be read as it stands, or not at all."""

    code: str
    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh


class Unreadable(Exception):
    """Nothing of a document could be read, for the reason of its notice."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice)
        self.notice = notice


EMPTY = Notice(
    "empty",
    "没有可以读取的文字；如为扫描件，需要文字识别（OCR）",
    "no text; a scan needs text recognition (OCR)",
)
LOCKED = Notice("locked", "文件有密码保护，请提供未加密的版本", "protected by a password; provide it without")
BOMB = Notice("too_large", "解压后过大", "too large once unpacked")
TOO_LARGE = Notice("too_large", "文件过大", "the file is too large")
TOO_MUCH_MEMORY = Notice("too_large", "读取所需内存超过限制", "reading it takes more memory than is allowed")
CRASHED = Notice("crashed", "读取时进程异常终止，文件可能已损坏", "the process that read it died; it may be damaged")
GONE = Notice("gone", "材料在提交后被删除", "deleted since it was submitted")
CASE_FULL = Notice(
    "case_full", "本次任务的文字总量已达上限，未读取", "not read: the texts of this task are at their limit"
)
NO_ENCODING = Notice("encoding", "无法辨认文字编码，请另存为 UTF-8", "the encoding cannot be told; save it as UTF-8")
PICTURE_TOO_LARGE = Notice("too_large", "图片像素过多", "the picture has too many pixels")
NO_TESSERACT = Notice(
    "ocr_missing",
    "需要文字识别（OCR），本机未启用：请安装 tesseract-ocr 与 tesseract-ocr-chi-sim",
    "needs text recognition (OCR), and there is none here: install tesseract-ocr and tesseract-ocr-chi-sim",
)


def damaged(what: str, error: Exception) -> Notice:
    """A file that is not what it says."""
    name = type(error).__name__
    return Notice("damaged", f"{what} 文件已损坏或不完整（{name}）", f"the {what} file is damaged or cut ({name})")


def scanned(pages: Sequence[int]) -> Notice:
    """Pages without text, and nobody to recognise it."""
    where = _ranges(pages)
    return Notice(
        "scanned_page",
        f"第 {where} 页几乎没有文字，可能是扫描件，需要文字识别（OCR）",
        f"hardly any text on page {where}: probably a scan, which needs text recognition (OCR)",
    )


def unrecognised(pages: Sequence[int]) -> Notice:
    """Pages on which the recognition has failed."""
    where = _ranges(pages)
    return Notice("ocr_failed", f"第 {where} 页文字识别失败", f"the text of page {where} could not be recognised")


def broken_pages(pages: Sequence[int]) -> Notice:
    """Pages that a reader stumbled over."""
    where = _ranges(pages)
    return Notice("damaged_page", f"第 {where} 页已损坏", f"page {where} is damaged")


def too_slow(seconds: float) -> Notice:
    """The reader ran out of time and was killed."""
    return Notice(
        "too_slow", f"读取超过 {seconds:g} 秒，已停止", f"reading took more than {seconds:g} s and was stopped"
    )


def stopped(page: int, reason: Notice) -> Notice:
    """The pages up to this one were read, and then came the reason."""
    return Notice(
        reason.code, f"只读取了前 {page} 页：{reason.zh}", f"only the first {page} pages were read: {reason.en}"
    )


def cut(code: str, zh: str, en: str) -> Notice:
    """The beginning was read and the rest was not."""
    return Notice(code, f"只读取了前 {zh}", f"only the first {en} were read")


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 → `1–3、7`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return "、".join("–".join(map(str, run)) for run in runs)
