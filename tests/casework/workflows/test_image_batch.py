"""image.batch: a thumbnail and a watermarked copy each; what was made before is kept."""

import io

import pytest
from PIL import Image

from casework import PermanentError
from casework.workflows import image_drawing
from casework.workflows.image_batch import image_batch
from tests.casework.workflows.litigation.conftest import Desk
from tests.casework.workflows.reading.hostile import HOSTILE
from tests.casework.workflows.running import run


def picture(form: str = "PNG", size: tuple[int, int] = (640, 480), colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


async def test_each_picture_has_a_thumbnail_and_a_watermarked_copy_in_its_own_format() -> None:
    desk = Desk({"a.png": picture(), "照片 1.jpg": picture("JPEG", (480, 640))})
    result = await run(image_batch, desk, thumbnail_pixels=100, watermark="样本 sample")
    assert (result["made"], result["kept"], result["failed"]) == (2, 0, 0)
    assert [each["thumbnail"] for each in result["images"]] == ["001-a-thumbnail.png", "002-照片_1-thumbnail.jpg"]
    sizes = [Image.open(io.BytesIO(desk.artifacts[each["thumbnail"]])).size for each in result["images"]]
    assert sizes == [(100, 75), (75, 100)]
    for each in result["images"]:
        marked = Image.open(io.BytesIO(desk.artifacts[each["watermarked"]]))
        assert len(marked.convert("RGB").getcolors(100_000) or ()) > 1, "there is no mark on it"
    assert "report.json" in desk.artifacts


async def test_finished_pictures_are_not_made_again() -> None:
    desk = Desk({f"{number}.png": picture() for number in range(5)})
    await run(image_batch, desk)
    del desk.artifacts["003-2-thumbnail.png"]
    desk.artifacts["001-0-thumbnail.png"] = b"from the attempt before"
    again = await run(image_batch, desk)
    assert (again["made"], again["kept"]) == (1, 4)
    assert desk.artifacts["001-0-thumbnail.png"] == b"from the attempt before"


async def test_what_is_no_picture_or_a_bomb_is_told_and_the_others_are_made() -> None:
    files = {"a.png": picture(), "b.txt": "文字".encode()}
    files |= {name: make()[0] for name, make in HOSTILE.items() if "picture" in name and "header" not in name}
    result = await run(image_batch, Desk(files))
    fates = {each["name"]: each["status"] for each in result["images"]}
    assert fates["a.png"] == "made"
    assert result["failed"] >= 3
    assert all(each["notice"]["en"] for each in result["images"] if each["status"] == "failed")


async def test_when_nothing_is_a_picture_the_task_fails_for_good() -> None:
    with pytest.raises(PermanentError):
        await run(image_batch, Desk({"b.txt": "文字".encode()}))


async def test_a_watermark_that_no_font_can_write_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_drawing, "FONTS", ("none.ttf",))
    with pytest.raises(PermanentError, match="fonts-noto-cjk"):
        await run(image_batch, Desk({"a.png": picture()}), watermark="样本")
