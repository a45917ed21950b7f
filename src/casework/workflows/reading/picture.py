"""Pictures, opened within limits: a small file may unpack to more than a machine holds."""

import io

from PIL import Image, ImageOps

from casework.workflows.reading import notice
from casework.workflows.reading.limits import PIXELS
from casework.workflows.reading.notice import Unreadable

FORMATS = ("PNG", "JPEG")
Image.MAX_IMAGE_PIXELS = None  # our own limit refuses, where Pillow's would warn


def opened(content: bytes) -> Image.Image:
    """A picture, upright; raises Unreadable."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > PIXELS:
            raise Unreadable(notice.PICTURE_TOO_LARGE)
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ZeroDivisionError, EOFError) as error:
        raise Unreadable(notice.damaged("PNG/JPEG", error)) from None
