"""Text recognition by tesseract, where it is installed: one thread a page, for pages run side by side."""

import io
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from casework.workflows.reading import notice
from casework.workflows.reading.fold import tidy_recognised
from casework.workflows.reading.limits import DOTS_PER_INCH, OCR_PIXELS, PAGE_SECONDS
from casework.workflows.reading.notice import Notice, Unreadable

if TYPE_CHECKING:
    from PIL import Image

LANGUAGE = "chi_sim"  # reads English as well, and better than both together


def missing() -> Notice | None:
    """What is missing for text recognition, if anything is."""
    program = shutil.which("tesseract")
    if program is None:
        return notice.NO_TESSERACT
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    return None if LANGUAGE in listed.stdout.split() else notice.NO_TESSERACT


def page(content: bytes, media_type: str, number: int) -> str:
    """The recognised text of a page; raises Unreadable. For a process of the pool: it loads what draws pages."""
    from casework.workflows.reading import pdf, picture

    try:
        return _recognised(pdf.picture(content, number) if media_type == "application/pdf" else picture.opened(content))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # as for `read.pages`
        raise Unreadable(notice.unrecognised([number])) from error


def _recognised(seen: "Image.Image") -> str:
    grey = seen.convert("L")
    if grey.width * grey.height > OCR_PIXELS:
        share = (OCR_PIXELS / (grey.width * grey.height)) ** 0.5
        grey.thumbnail((max(1, int(grey.width * share)), max(1, int(grey.height * share))))
    packed = io.BytesIO()
    grey.save(packed, "PPM")
    program = shutil.which("tesseract")
    if program is None:
        raise Unreadable(notice.NO_TESSERACT)
    done = subprocess.run(  # noqa: S603
        [program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(DOTS_PER_INCH)],
        input=packed.getvalue(),
        capture_output=True,
        timeout=PAGE_SECONDS,
        check=False,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    if done.returncode:
        raise OSError(f"tesseract ended with {done.returncode}")
    return tidy_recognised(done.stdout.decode("utf-8", "replace"))
