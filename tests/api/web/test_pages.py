"""The user's pages in a real Chromium against a real `casework up`."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.api.web.proxy import Proxy, proxying
from tests.api.web.up import PASSWORD, UPLOAD_BYTES, Casework, Open, running, sign_in, submit

EXAMPLES = Path(__file__).parents[3] / "examples" / "contract-dispute"


async def status_is(page: Page, status: str, seconds: float = 20) -> None:
    await expect(page.locator("#status")).to_have_attribute("data-status", status, timeout=seconds * 1000)


async def connection_is(page: Page, state: str, seconds: float) -> None:
    await expect(page.locator("[data-connection]")).to_have_attribute("data-state", state, timeout=seconds * 1000)


async def percent(page: Page) -> int:
    return int(re.sub(r"\D", "", await page.locator("#percent").inner_text()))


async def test_a_case_with_two_documents_is_submitted_watched_to_its_end_and_read(opened: Open, up: Casework) -> None:
    page = await opened("/", await up.user())
    documents = sorted(EXAMPLES.glob("0*"))[:2]
    await page.locator("#files").set_input_files(documents)
    await expect(page.locator(".file.done")).to_have_count(2)
    await page.get_by_label("The case in your words").fill("2024年11月8日，对方在电话里承认欠款，但没有书面材料。")
    await page.get_by_role("button", name="Submit").click()
    await page.wait_for_url("**/tasks/*")
    await status_is(page, "succeeded")
    assert await percent(page) == 100
    await expect(page.locator(".step.succeeded")).to_have_count(await page.locator(".step").count())
    await expect(page.locator("#findings-title")).to_be_visible()
    await page.locator("#part-timeline .source").first.click()
    source = page.get_by_role("dialog")
    await expect(source).to_contain_text(documents[0].name)
    await expect(source).to_contain_text("p. 1")
    await expect(source.locator("mark")).to_contain_text("2022年12月28日")
    await page.keyboard.press("Escape")
    await page.locator("#part-timeline .source", has_text="Your own words").click()
    await expect(source.locator("blockquote")).to_contain_text("对方在电话里承认欠款")
    await source.get_by_role("button", name="Close").click()
    await page.get_by_text("Other formats and languages").click()
    links = page.locator(".downloads a")
    names = [await link.get_attribute("download") for link in await links.all()]
    for link in (await links.all())[:6]:  # Chromium asks its user before an eleventh
        async with page.expect_download() as downloading:
            await link.click()
        download = await downloading.value
        assert (await download.path()).stat().st_size > 1000
        assert download.suggested_filename in names
    kept = (await page.evaluate("fetch(`/api/v1${location.pathname}/result`).then((it) => it.json())"))["artifacts"]
    assert set(names) == {each["name"] for each in kept}
    assert {"report.docx", "report.en.pdf", "draft-complaint.docx"} <= set(names)


async def test_a_wrong_password_is_told_and_too_many_cost_a_wait_that_is_shown(opened: Open, up: Casework) -> None:
    name = await up.user()
    page = await opened()
    await page.get_by_label("User name").fill(name)
    await page.locator("#password").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("#sign-in-error")).to_have_text("The user name or the password is wrong.")
    await page.evaluate(
        """(username) => Promise.all(Array.from({ length: 9 }, () => fetch("/api/v1/auth/login", {
          method: "POST", body: JSON.stringify({ username, password: "wrong" }) })))""",
        name,
    )
    await page.locator("#password").press("Enter")
    await expect(page.locator("#sign-in-error")).to_contain_text(re.compile(r"Too many tries. Try again in \d+s"))
    await expect(page.get_by_role("button", name=re.compile("Wait"))).to_be_disabled()


async def test_what_is_wrong_with_a_file_is_told_at_the_file_and_the_others_go_on(opened: Open, up: Casework) -> None:
    page = await opened("/", await up.user())

    def file(name: str, content: bytes) -> FilePayload:
        return {"name": name, "mimeType": "application/octet-stream", "buffer": content}

    files = [
        file("empty.txt", b""),
        file("big.txt", b"x" * (UPLOAD_BYTES + 1)),
        file("a.exe", b"MZ\0\1"),
        file("good.txt", b"ok"),
    ]
    await page.locator("#files").set_input_files(files)
    for name, said in (
        ("empty.txt", "is empty"),
        ("big.txt", "too large"),
        ("a.exe", "Only PDF"),
        ("good.txt", "Uploaded"),
    ):
        await expect(page.locator(".file", has_text=name)).to_contain_text(said)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator("#f-document_ids-error")).to_contain_text("was not uploaded")
    for name in ("empty.txt", "big.txt", "a.exe"):
        await page.get_by_role("button", name=f"Remove {name}").click()
    await page.get_by_role("button", name="Submit").click()
    await page.wait_for_url("**/tasks/*")


async def test_a_refused_field_is_marked_named_and_focused(opened: Open, up: Casework) -> None:
    page = await opened("/", await up.user())
    await page.get_by_label("Kind of work").select_option("demo")
    await page.get_by_label("Fail at step").fill("9")
    await page.get_by_role("button", name="Submit").click()
    field = page.get_by_label("Fail at step")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    await expect(page.locator("#f-fail_at-error")).to_contain_text("there is no step 9")
    await field.fill("3")
    await page.get_by_label("Seconds a step").fill("0")
    await page.get_by_role("button", name="Submit").click()
    await page.wait_for_url("**/tasks/*")
    await status_is(page, "succeeded")
    await expect(page.locator(".attempts li")).to_have_count(2)
    await expect(page.locator(".attempts")).to_contain_text("step 3 was asked to fail on attempt 1")


async def test_dropped_files_are_uploaded(opened: Open, up: Casework) -> None:
    page = await opened("/", await up.user())
    await page.locator(".drop").wait_for()
    await expect(page.locator("#files-hint")).to_contain_text("up to 200kB each")
    transfer = await page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['text'], 'dropped.txt')); return t; }"
    )
    for event in ("dragenter", "dragover", "drop"):
        await page.dispatch_event(".drop", event, {"dataTransfer": transfer})
    await expect(page.locator(".file.done", has_text="dropped.txt")).to_be_visible()
    await page.reload()
    await expect(page.locator(".file.done", has_text="dropped.txt")).to_be_visible()


async def test_a_refresh_in_mid_run_changes_nothing_and_who_comes_back_is_told_what_happened(
    opened: Open, up: Casework
) -> None:
    name = await up.user()
    async with up.client(name) as http:
        task = await submit(http, steps=4, step_seconds=1, ticks=5)
        page = await opened(f"/tasks/{task}", name)
        await status_is(page, "running")
        await expect(page.locator(".step.succeeded").first).to_be_visible()
        before = await percent(page)
        await page.reload()
        await status_is(page, "running")
        assert await percent(page) >= before
        await expect(page.locator(".step.succeeded").nth(1)).to_be_visible()
        await page.goto(f"{up.url}/health/live")
        await expect(page.locator("body")).to_contain_text("ok")
        while (await http.get(f"/tasks/{task}/status?after=0&wait=5")).json()["status"] != "succeeded":
            pass
        await page.goto(f"{up.url}/tasks/{task}")
        await expect(page.locator(".away")).to_contain_text(re.compile(r"Since then: \d steps? .*the task was done"))
        await expect(page.locator(".log .mark")).to_be_visible()


async def test_a_server_that_dies_and_comes_back_in_mid_run_needs_no_hand(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path / "data") as casework:
        async with casework.client() as http:
            task = await submit(http, steps=2, step_seconds=2, ticks=5)
        page = await (await browser.new_context(locale="en-GB")).new_page()
        await page.goto(f"{casework.url}/tasks/{task}")
        await sign_in(page, "admin")
        await expect(page.locator(".step.succeeded").first).to_be_visible()
        casework.kill()
        await connection_is(page, "offline", 10)
        casework.start()
        await status_is(page, "succeeded", 30)
        await expect(page.locator(".attempts li")).to_have_count(2)
        await expect(page.locator(".log")).to_contain_text("The worker was lost; queued again")


@pytest.fixture
async def proxy(up: Casework) -> AsyncIterator[Proxy]:
    async with proxying(up.url) as proxy:
        yield proxy


async def test_behind_a_proxy_that_holds_streams_back_it_polls_within_6_s_and_is_live_again_by_itself(
    opened: Open, up: Casework, proxy: Proxy
) -> None:
    name = await up.user()
    async with up.client(name) as http:
        task = await submit(http, steps=1, step_seconds=60, ticks=240)
        page = await opened(f"/tasks/{task}", name, base=proxy.url)
        await connection_is(page, "live", 5)
        mine = await page.context.new_page()
        await mine.goto(proxy.url)
        await connection_is(mine, "live", 5)
        proxy.mode = "hold streams"
        for each in (page, mine):
            await each.reload()
        for each in (page, mine):
            await connection_is(each, "polling", 6)
        before = await percent(page)
        await expect(page.locator("#percent")).not_to_have_text(f"{before}%")
        await submit(http, steps=1, step_seconds=0.5)
        await expect(mine.locator(".case").first).to_contain_text("Done", timeout=8_000)
        proxy.mode = "pass"
        for each in (page, mine):
            await connection_is(each, "live", 20)


async def test_a_task_is_cancelled_and_retried_by_hand(opened: Open, up: Casework) -> None:
    name = await up.user()
    async with up.client(name) as http:
        task = await submit(http, steps=1, step_seconds=60, ticks=60)
        page = await opened(f"/tasks/{task}", name)
        await page.get_by_role("button", name="Cancel", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
        await page.get_by_role("button", name="Cancel", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Cancel the task").click()
        await status_is(page, "cancelled", 5)
        await page.get_by_role("button", name="Try again").click()
        await status_is(page, "running", 10)
        await http.post(f"/tasks/{task}/cancel")
        await status_is(page, "cancelled", 5)


async def test_a_task_that_waits_shows_its_place_and_moves_up_by_itself(opened: Open, up: Casework) -> None:
    name = await up.user()
    async with up.client() as admin, up.client(name) as http:
        await admin.post("/queues/low/pause")
        body = {"workflow": "demo", "input": {"steps": 1, "step_seconds": 0}, "queue": "low"}
        first, second = [(await http.post("/tasks", json=body)).json()["task_id"] for _ in range(2)]
        page = await opened(f"/tasks/{second}", name)
        await expect(page.locator(".now")).to_contain_text("Number 2 in the low priority queue · the queue is paused")
        await http.post(f"/tasks/{first}/cancel")
        await expect(page.locator(".now")).to_contain_text("Number 1 in the low priority queue", timeout=10_000)
        await expect(page.locator("#said")).to_have_text("Queued")
        await admin.post("/queues/low/resume")
        await status_is(page, "succeeded", 10)
        await expect(page.locator("#said")).to_have_text("Done")


async def test_my_cases_are_live_over_one_stream_and_nobody_elses(opened: Open, up: Casework, proxy: Proxy) -> None:
    li, wang = await up.user(), await up.user()
    page, other = await opened("/", li, base=proxy.url), await opened("/", wang)
    await expect(page.get_by_text("No cases yet")).to_be_visible()
    await connection_is(page, "live", 5)
    async with up.client(li) as http:
        tasks = [await submit(http, steps=2, step_seconds=0.5, ticks=5) for _ in range(3)]
    cases = page.locator(".case")
    await expect(cases).to_have_count(3, timeout=1_500)
    for number in range(3):
        await expect(cases.nth(number)).to_contain_text("Done")
    assert [seen.target for seen in proxy.streams] == ["/api/v1/events"]
    await connection_is(other, "live", 5)
    await expect(other.get_by_text("No cases yet")).to_be_visible()
    await expect(other.locator(".case")).to_have_count(0)
    await other.goto(f"{up.url}/tasks/{tasks[0]}")
    await expect(other.get_by_role("heading", name="No such task")).to_be_visible()
    await cases.first.click()
    await status_is(page, "succeeded")


async def test_a_session_that_ends_asks_for_the_password_and_the_page_goes_on(opened: Open, up: Casework) -> None:
    name = await up.user()
    async with up.client(name) as http:
        task = await submit(http, steps=3, step_seconds=1, ticks=5)
    page = await opened(f"/tasks/{task}", name)
    await status_is(page, "running")
    await page.context.clear_cookies()
    dialog = page.locator("dialog.again")
    await dialog.wait_for()
    await dialog.locator("#password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await status_is(page, "succeeded")
