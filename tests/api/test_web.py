"""The files for a browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.bundle import PARTS, joined
from api.web import FOLDER, load


@pytest.fixture
async def anyone(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has not signed in."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


async def test_the_module_is_served_to_anyone_as_a_script(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/web/watch.js")
    assert answer.status_code == 200
    assert answer.content == joined(FOLDER / "watch")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_module_is_one_file_of_all_its_parts_which_imports_nothing() -> None:
    text = joined(FOLDER / "watch").decode()
    assert {path.name for path in (FOLDER / "watch").iterdir()} == set(PARTS)
    assert not re.search(r"^import |@import| from \"", text, re.MULTILINE)
    assert re.findall(r"^export .*?(\{.*\}|\w+)(?:;|\()", text, re.MULTILINE) == ["{ accept, backoff }", "watchTask"]


@pytest.mark.parametrize("path", ["/", "/tasks/any", "/monitor", "/monitor/queues/high"])
async def test_a_page_is_served_to_anyone_under_a_policy_that_allows_nothing_but_our_own_files(
    anyone: httpx.AsyncClient, path: str
) -> None:
    answer = await anyone.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy.pop("img-src") == "'self' data:"
    assert {policy.pop(name) for name in ("default-src", "frame-ancestors", "base-uri")} == {"'none'"}
    assert set(policy) == {"script-src", "style-src", "connect-src", "font-src", "form-action"}
    assert set(policy.values()) == {"'self'"}
    again = await anyone.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "file", [path for path in FOLDER.rglob("*") if path.suffix in (".html", ".js", ".css")], ids=str
)
def test_no_file_has_markup_in_a_script_an_inline_script_or_anything_of_another_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=\"", text) or file.suffix != ".html"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//|from \"https?:", text)
    assert file.suffix != ".css" or not re.search(r"@import|url\(", text)


@pytest.mark.parametrize("form", ["{tag}", 'W/{tag}, "other"', '"other", {tag}'])
async def test_what_the_browser_has_already_is_not_sent_again(anyone: httpx.AsyncClient, form: str) -> None:
    tag = (await anyone.get("/web/watch.js")).headers["etag"]
    again = await anyone.get("/web/watch.js", headers={"If-None-Match": form.format(tag=tag)})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await anyone.get("/web/watch.js", headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["", "watch", "../web.py", "%2e%2e/web.py", "..%2fweb.py", "watch.js/..%2f..%2fweb.py", "/etc/passwd", "%00"],
)
async def test_nothing_outside_the_folder_is_served(anyone: httpx.AsyncClient, path: str) -> None:
    request = anyone.build_request("GET", "/web/")
    request.url = request.url.copy_with(raw_path=b"/web/" + path.encode())
    answer = await anyone.send(request)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_only_files_of_known_types_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("a.js", "pages/b.css", "c.py", ".env"):
        (tmp_path / name).write_text("x")
    assert set(load(tmp_path)) == {"a.js", "pages/b.css"}
