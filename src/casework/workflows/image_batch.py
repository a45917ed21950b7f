"""The `image.batch` workflow: a thumbnail and a watermarked copy of each picture, several at a time in one step.

What an attempt has stored before it died is kept: the next one goes on after the last finished picture.
"""

from typing import Annotated, Literal

import msgspec

from casework import Context, Document, InvalidInput, PermanentError, Title, Workflow
from casework.workflows.fan_out import fan_out
from casework.workflows.names import numbered
from casework.workflows.reading import Notice, Unreadable
from casework.workflows.reading.guard import guarded

SECONDS = 30.0  # for one picture
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}
NO_PICTURE = Notice("no_picture", "不是图片", "no picture: image.batch takes PNG and JPEG")


class ImageBatchInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The pictures, the side of a thumbnail's box, the watermark ("" for none), how many are made at a time."""

    document_ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=500)]
    thumbnail_pixels: Annotated[int, msgspec.Meta(ge=16, le=2048)] = 256
    watermark: Annotated[str, msgspec.Meta(max_length=60)] = ""
    at_once: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4


class Made(msgspec.Struct):
    """What came of one picture: `kept` where an earlier attempt had made it."""

    id: str
    name: str
    status: Literal["made", "kept", "failed"]
    thumbnail: str | None = None
    watermarked: str | None = None
    notice: Notice | None = None


class Batch(msgspec.Struct):
    """All pictures in their order, and how many of each fate."""

    images: list[Made]
    made: int
    kept: int
    failed: int


def _each_once(input: ImageBatchInput) -> ImageBatchInput:  # noqa: A002
    if len(set(input.document_ids)) != len(input.document_ids):
        raise InvalidInput.at("/document_ids", "each picture once")
    return input


image_batch = Workflow(
    "image.batch",
    title=Title("批量图片", "Images in batch"),
    input=ImageBatchInput,
    check=_each_once,
    queue="low",
)


def _documents(input: ImageBatchInput) -> float:  # noqa: A002
    return len(input.document_ids)


@image_batch.step(title=Title("处理图片", "Make the pictures"), weight=49, size=_documents)
async def make_images(ctx: Context, input: ImageBatchInput) -> list[Made]:  # noqa: A002
    from casework.workflows import image_drawing  # here, so that an idle process does not carry Pillow

    if input.watermark and not await ctx.in_process(image_drawing.can_write, input.watermark):
        raise PermanentError("no font here has the watermark's characters: install fonts-noto-cjk, or use Latin ones")
    found = await ctx.documents(input.document_ids)
    done = 0

    async def one(item: tuple[int, Document]) -> Made:
        nonlocal done
        number, document = item
        made = await _one(ctx, input, number, document)
        done += 1
        await ctx.progress(done, len(found), f"{done}/{len(found)} {document.name}", {"status": made.status})
        return made

    return await fan_out(one, list(enumerate(found, 1)), input.at_once)


@image_batch.step(title=Title("汇总", "Sum up"))
async def sum_up(ctx: Context, make_images: list[Made]) -> Batch:
    fates = [each.status for each in make_images]
    batch = Batch(make_images, fates.count("made"), fates.count("kept"), fates.count("failed"))
    if batch.failed == len(fates):
        raise PermanentError("none of the documents is a picture that can be read")
    await ctx.artifact("report.json", msgspec.json.encode(batch), "application/json")
    return batch


async def _one(ctx: Context, wanted: ImageBatchInput, number: int, document: Document) -> Made:
    ending = ENDINGS.get(document.media_type)
    if ending is None:
        return Made(document.id, document.name, "failed", notice=NO_PICTURE)
    thumbnail = numbered(number, document.name, f"-thumbnail{ending}")
    watermarked = numbered(number, document.name, f"-watermarked{ending}") if wanted.watermark else None
    from casework.workflows import image_drawing

    names = [name for name in (watermarked, thumbnail) if name]  # the thumbnail last: with it a picture is finished
    if all([await ctx.left(name, document.media_type) is not None for name in names]):
        return Made(document.id, document.name, "kept", thumbnail, watermarked)
    try:
        content = await ctx.read(document)
        async with guarded(ctx, SECONDS) as process:
            small, marked = await process.run(image_drawing.drawn, content, wanted.thumbnail_pixels, wanted.watermark)
    except Unreadable as reason:
        await ctx.log(f"{document.name}: {reason.notice.en}", "warning")
        return Made(document.id, document.name, "failed", notice=reason.notice)
    if marked is not None and watermarked is not None:
        await ctx.artifact(watermarked, marked, document.media_type)
    await ctx.artifact(thumbnail, small, document.media_type)
    return Made(document.id, document.name, "made", thumbnail, watermarked)
