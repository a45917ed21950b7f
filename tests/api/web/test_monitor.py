"""The operator's pages in a real Chromium against a real `casework up`."""

import re

import psutil
from playwright.async_api import expect

from tests.api.web.monitor import asked, connection_is, failing, reach, row
from tests.api.web.proxy import proxying
from tests.api.web.up import Casework, Open, sign_in, submit


async def test_who_is_no_admin_is_told_so_and_asks_for_nothing(opened: Open, up: Casework) -> None:
    name = await up.user("vip")
    page = await opened()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.goto(f"{up.url}/monitor/queues")
    await sign_in(page, name)
    await expect(page.get_by_role("heading", name="Only for admins")).to_be_visible()
    await expect(page.get_by_role("link", name="Monitor")).to_be_hidden()
    asked_for = {url.split("/api/v1")[1] for url in requests if "/api/v1" in url}
    assert asked_for <= {"/auth/login", "/auth/me"}
    async with up.client(name) as http:
        for path in ("/queues", "/workers", "/stats", "/failures", "/audit", "/monitor/events"):
            assert (await http.get(path)).status_code == 403


async def test_a_queue_is_paused_by_the_keyboard_what_waits_is_moved_and_the_queue_resumed(
    opened: Open, up: Casework
) -> None:
    page = await opened("/monitor/queues", "admin")
    low = page.get_by_role("region", name="Low priority")
    pause = low.get_by_role("button", name="Pause")
    await pause.focus()
    await page.keyboard.press("Enter")
    await expect(asked(page)).to_contain_text("Pause the Low queue?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(low.locator(".badge")).to_have_text("Paused")
    async with up.client() as http:
        held = (
            await http.post(
                "/tasks", json={"workflow": "demo", "input": {"steps": 1, "step_seconds": 0}, "queue": "low"}
            )
        ).json()["task_id"]
        await expect(low.locator(".big strong")).to_have_text("1")
        await row(page, held).get_by_role("combobox").select_option("medium")
        await expect(page.locator(".toasts")).to_contain_text("moved to the Medium queue")
        await reach(http, [held], "succeeded")
        await expect(row(page, held)).to_have_count(0)
        await low.get_by_role("button", name="Resume").click()
        await expect(low.locator(".badge")).to_have_text("Open")
        actions = [entry["action"] for entry in (await http.get("/audit?limit=10")).json()["items"]]
        assert actions[:3] == ["queue.resume", "task.move", "queue.pause"]
    await page.get_by_role("link", name="Audit").click()
    rows = page.locator("tbody tr")
    await expect(rows.nth(0)).to_contain_text("admin")
    await expect(rows.nth(0)).to_contain_text("Resumed a queue")
    await expect(rows.nth(1)).to_contain_text("Low → Medium")
    await expect(rows.nth(2)).to_contain_text("Paused a queue")


async def test_a_failed_task_shows_its_traceback_its_fingerprint_and_a_waterfall_with_waiting_apart(
    opened: Open, up: Casework
) -> None:
    async with up.client() as http:
        [task] = await failing(http, attempts=2)
        await reach(http, [task], "failed")
        page = await opened(f"/monitor/tasks/{task}", "admin")
        lanes = page.locator(".waterfall tbody tr")
        await expect(page.locator(".waterfall tr.attempt.failed")).to_have_count(2)
        levels = [str(await each.get_attribute("class")).split()[0] for each in await lanes.all()]
        assert levels == ["wait", "attempt", "step", "step", "wait", "wait", "attempt", "step", "step"]
        await expect(lanes.nth(3)).to_contain_text("Failed")
        await expect(lanes.nth(7)).to_contain_text("Step 1 (kept)")
        await expect(page.locator(".sums")).to_contain_text("Backing off")
        await page.get_by_label("Leave waiting out").check()
        await expect(page.locator(".waterfall tr.wait")).to_have_count(0)
        await expect(lanes).to_have_count(6)
        await expect(page.locator("pre.code").last).to_contain_text(
            "DemoFailure: step 2 was asked to fail on attempt 2"
        )
        print_ = (await http.get("/failures?window=3600")).json()["groups"][0]["fingerprint"]
        await expect(page.locator(".attempt-item").last).to_contain_text(print_)
        await page.get_by_role("button", name="Retry").click()
        await expect(page.locator(".waterfall tr.attempt")).to_have_count(4, timeout=15_000)
        await expect(page.locator(".trail")).to_contain_text("admin Retried a task")
        await expect(page.locator(".log")).to_contain_text("DemoFailure")
        await page.locator(".json summary").first.click()


async def test_failures_alike_are_one_group_that_is_retried_as_one(opened: Open, up: Casework) -> None:
    async with up.client() as http:
        tasks = await failing(http, 3)
        await reach(http, tasks, "failed")
        page = await opened("/monitor/failures", "admin")
        group = page.locator(".failure").first
        await expect(group).to_contain_text("DemoFailure")
        await expect(group).to_contain_text("was asked to fail on attempt")
        count = int(await group.locator(".count strong").inner_text())
        await group.get_by_role("link", name=re.compile(r"See \d+ tasks")).click()
        await expect(page).to_have_url(re.compile(r"/monitor/tasks\?fingerprint=\w{16}$"))
        for task in tasks:
            await expect(row(page, task)).to_be_visible()
        await page.go_back()
        await group.get_by_role("button", name="Retry all").click()
        await expect(asked(page)).to_contain_text(re.compile(r"Retry \d+ tasks\?"))
        await asked(page).get_by_role("button", name=re.compile(r"Retry \d+")).click()
        await expect(group.locator(".count strong")).not_to_have_text(str(count), timeout=15_000)


async def test_everything_that_matches_is_cancelled_after_a_question_that_names_the_number(
    opened: Open, up: Casework
) -> None:
    async with up.client() as http:
        long = {"workflow": "demo", "input": {"steps": 1, "step_seconds": 60}, "queue": "high"}
        tasks = [
            each["task_id"] for each in (await http.post("/tasks/batch", json={"tasks": [long] * 9})).json()["tasks"]
        ]
        page = await opened("/monitor", "admin")
        await page.get_by_role("link", name="Tasks", exact=True).click()
        await page.get_by_label("Queue", exact=True).select_option("high")
        await expect(page).to_have_url(re.compile(r"/monitor/tasks\?queue=high$"))
        for task in tasks:
            await expect(row(page, task)).to_be_visible()
        await page.get_by_role("checkbox", name=f"Select task {tasks[0][-8:]}").check()
        await page.get_by_role("checkbox", name=f"Select task {tasks[1][-8:]}").check()
        await expect(page.locator(".selection")).to_contain_text("2 selected")
        newest = (await http.post("/tasks", json=long)).json()["task_id"]
        await expect(page.locator("#fresh")).to_have_text("The list is held still: 1 new task")
        await expect(row(page, newest)).to_have_count(0)
        await page.locator(".selection").get_by_role("button", name="Cancel", exact=True).click()
        await expect(asked(page)).to_contain_text("Cancel 2 tasks?")
        await asked(page).get_by_role("button", name="Cancel 2").click()
        await expect(row(page, newest)).to_be_visible()
        await reach(http, tasks[:2], "cancelled")
        await expect(row(page, tasks[0])).to_contain_text("Cancelled")
        await page.get_by_role("button", name="Cancel all…").click()
        await expect(asked(page)).to_contain_text("Cancel 8 tasks?")
        await asked(page).get_by_role("button", name="Go back").click()
        assert (await http.get(f"/tasks/{newest}/status")).json()["status"] != "cancelled"
        await page.get_by_role("button", name="Cancel all…").click()
        await asked(page).get_by_role("button", name="Cancel 8").click()
        await expect(page.locator(".toasts")).to_contain_text("8 tasks cancelled")
        await reach(http, [*tasks, newest], "cancelled")


async def test_filters_are_the_address_and_pages_follow_by_key(opened: Open, up: Casework) -> None:
    async with up.client() as http:
        quick = {"workflow": "demo", "input": {"steps": 1, "step_seconds": 0, "ticks": 0}}
        await http.post("/tasks/batch", json={"tasks": [quick] * 60})
        [failed] = await failing(http)
        await reach(http, [failed], "failed")
    page = await opened(f"/monitor/tasks?status=failed&search={failed}", "admin")
    await expect(row(page, failed)).to_be_visible()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.get_by_label("Status")).to_have_value("failed")
    await page.get_by_label("Search").fill("nothing like it")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No task matches")).to_be_visible()
    await page.go_back()
    await expect(row(page, failed)).to_be_visible()
    await page.get_by_role("link", name="Clear").click()
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(50)
    last = await rows.last.get_attribute("data-key")
    await page.get_by_role("link", name="Older").click()
    await expect(page).to_have_url(re.compile(r"cursor="))
    await expect(row(page, str(last))).to_have_count(0)
    assert str(await rows.first.get_attribute("data-key")) < str(last)
    await page.get_by_role("link", name="Newest").click()
    await expect(rows).to_have_count(50)


async def test_a_stream_that_is_held_back_is_polled_and_is_live_again_by_itself(opened: Open, up: Casework) -> None:
    async with proxying(up.url) as proxy:
        page = await opened("/monitor/workers", "admin", base=proxy.url)
        await connection_is(page, "Live", 6)
        proxy.mode = "hold streams"
        await page.reload()
        await connection_is(page, "Polling", 7)
        await expect(page.locator(".worker")).not_to_have_count(0)
        proxy.mode = "pass"
        await connection_is(page, "Live", 15)
        assert len([each for each in proxy.streams if each.target.endswith("/monitor/events")]) >= 3


async def test_a_worker_that_was_killed_is_shown_lost_and_the_next_one_alive(opened: Open, up: Casework) -> None:
    page = await opened("/monitor/workers", "admin")
    async with up.client() as http:
        task = await submit(http, steps=1, step_seconds=30)
        alive = page.locator(".worker.alive")
        runs = alive.get_by_role("link", name=f"Task {task[-8:]}")
        await expect(runs).to_be_visible()
        psutil.Process((await http.get("/workers")).json()[0]["pid"]).kill()
        await expect(page.locator(".worker.lost")).to_contain_text("Lost", timeout=15_000)
        await expect(runs).to_be_visible(timeout=15_000)
        await page.goto(f"{up.url}/monitor/tasks/{task}")
        await expect(page.locator(".waterfall tr.attempt.interrupted")).to_have_count(1)
        await http.post(f"/tasks/{task}/cancel")
