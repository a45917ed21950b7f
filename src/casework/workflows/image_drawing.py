"""Thumbnails and watermarks (pure): a picture's bytes in, pictures' bytes out, in the format that it came in."""

import io

from PIL import Image, ImageDraw, ImageFont

from casework.workflows.reading import notice, picture
from casework.workflows.reading.notice import Unreadable

FONTS = (
    "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "msyh.ttc", "PingFang.ttc", "DejaVuSans.ttf",
)  # fmt: skip
SHARE = 24  # of the width is a letter's height
ANGLE = 30
QUALITY = 88


def font(text: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont | None:
    """A font that has the text, None where this machine has none: Pillow's own knows Latin letters only."""
    if text.isascii():
        return ImageFont.load_default(size)
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None


def can_write(text: str) -> bool:
    """Whether a watermark of this text can be drawn here."""
    return font(text, 10) is not None


def drawn(content: bytes, box: int, text: str) -> tuple[bytes, bytes | None]:
    """(a thumbnail that fits into a square of `box` pixels, the picture with `text` across it, or None without
    text); raises Unreadable."""
    try:
        source = picture.opened(content)
        form = "PNG" if content.startswith(b"\x89PNG") else "JPEG"
        marked = _packed(_marked(source, text), form) if text else None
        source.thumbnail((box, box))
        return _packed(source, form), marked
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a decoder may raise anything over a file that was made to make it
        raise Unreadable(notice.damaged("PNG/JPEG", error)) from error


def _marked(source: Image.Image, text: str) -> Image.Image:
    face = font(text, max(12, source.width // SHARE))
    left, top, right, bottom = ImageDraw.Draw(source.convert("L")).textbbox((0, 0), text, font=face)
    width, height = int(right - left) + 8, int(bottom - top) + 8
    word = Image.new("L", (width, height))
    ImageDraw.Draw(word).text((4 - left, 4 - top), text, font=face, fill=96)
    word = word.rotate(ANGLE, expand=True)
    layer = Image.new("L", source.size)
    for y in range(0, source.height, word.height + height):
        for x in range(0, source.width, word.width + height):
            layer.paste(word, (x, y))
    marked = source.convert("RGBA" if "A" in source.getbands() else "RGB")
    marked.paste((128, 128, 128), mask=layer)
    return marked


def _packed(made: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    if form == "JPEG":
        made.convert("RGB").save(out, "JPEG", quality=QUALITY)
    else:
        made.save(out, "PNG")
    return out.getvalue()
