"""How the operator's pages look and what they cost: long tasks, barriers, widths, charts."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.api.web.monitor import connection_is, failing, reach
from tests.api.web.up import AXE, Casework, Open, running, sign_in, submit
from tests.support import eventually

CONTRAST = AXE.replace("{ resultTypes", "{ runOnly: ['color-contrast'], resultTypes")
PAGES = ["", "/tasks", "/queues", "/workers", "/failures", "/audit"]
LONG_TASKS = """() => {
  window.long = [];
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((each) => each.duration)))
    .observe({ type: "longtask", buffered: true });
}"""


async def test_a_thousand_running_tasks_hold_the_page_up_for_no_more_than_100_ms(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("thousand") / "data"
    with running(directory, HIGH_SLOTS="500", MEDIUM_SLOTS="500", HEARTBEAT_SECONDS="1", LEASE_SECONDS="5") as casework:
        async with casework.client() as http:
            given = {"steps": 1, "step_seconds": 60, "ticks": 10}
            tasks = [{"workflow": "demo", "input": given, "queue": queue} for queue in ("high", "medium") * 500]
            (await http.post("/tasks/batch", json={"tasks": tasks})).raise_for_status()

            async def all_run() -> bool:
                return sum(int(queue["running"]) for queue in (await http.get("/queues")).json()) == 1000

            await eventually(all_run, 40, "not all run")
            page = await (await browser.new_context(locale="en-GB")).new_page()
            await page.goto(f"{casework.url}/health/live")
            await page.add_init_script(f"({LONG_TASKS})()")
            await page.goto(f"{casework.url}/monitor")
            await sign_in(page, "admin")
            durations: dict[str, list[float]] = {}
            for path in ("", "/tasks?status=running", "/workers"):
                await page.goto(f"{casework.url}/monitor{path}")
                await connection_is(page, "Live", 10)

                async def a_while() -> bool:
                    return bool(await page.evaluate("performance.now()") > 3_000)

                await eventually(a_while, 15)
                durations[path] = await page.evaluate("window.long")
                if path.startswith("/tasks"):
                    await expect(page.locator("tr .badge", has_text="Running")).to_have_count(50)
                if path == "/workers":
                    await expect(page.locator("#workers-summary")).to_contain_text("1,000 running")
            assert max([0.0, *[each for some in durations.values() for each in some]]) <= 100, durations
        casework.kill()  # sooner done than a thousand tasks handed over


async def test_no_page_of_the_monitor_has_a_barrier_or_scrolls_sideways(opened: Open, up: Casework, axe: str) -> None:
    async with up.client() as http:
        [failed] = await failing(http)
        runs = await submit(http, steps=2, step_seconds=30, ticks=10)
        await reach(http, [failed], "failed")
        await reach(http, [runs], "running")
    found: list[str] = []
    page = await opened("/monitor", "admin", color_scheme="light", reduced_motion="reduce")
    for path in [*PAGES, f"/tasks/{failed}", f"/tasks/{runs}"]:
        await page.goto(f"{up.url}/monitor{path}")
        await connection_is(page, "Live", 10)
        await expect(page.locator("h1")).to_be_visible()
        await page.wait_for_load_state("load")
        await expect(page.locator(".card:visible").first).to_be_visible()
        await page.evaluate(axe)
        found += [f"{path}: {each}" for each in await page.evaluate(AXE)]
        await page.emulate_media(color_scheme="dark")
        found += [f"{path} in the dark: {each}" for each in await page.evaluate(CONTRAST)]
        await page.emulate_media(color_scheme="light")
        for width in (390, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            for language in ("zh", "en"):
                await page.locator(".tools button").first.click()
                await expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
                wide = await page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                found += [f"{path} in {language} at {width} px: {wide} px too wide"] if wide > 0 else []
    async with up.client() as http:
        await http.post(f"/tasks/{runs}/cancel")
    assert found == []


async def test_a_chart_is_also_a_picture_with_a_name_a_description_and_a_table(opened: Open, up: Casework) -> None:
    async with up.client() as http:
        done = await submit(http, steps=1, step_seconds=0)
        await reach(http, [done], "succeeded")
    page = await opened("/monitor?window=900", "admin")
    chart = page.get_by_role("img", name="Throughput")
    await expect(chart).to_be_visible()
    await expect(chart.locator("desc")).to_contain_text(re.compile(r"[1-9]\d* succeeded"))
    figure = page.locator("figure").first
    await figure.get_by_text("Show as a table").click()
    await expect(figure.get_by_role("row")).to_have_count(1 + 60)
    await expect(page.get_by_role("link", name="Waiting")).to_be_visible()
