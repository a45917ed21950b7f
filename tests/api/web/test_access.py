"""Who can use the pages: by keyboard, with a screen reader, on a phone, in either language and theme."""

from playwright.async_api import expect

from tests.api.web.test_pages import status_is
from tests.api.web.up import AXE, PASSWORD, Casework, Open, sign_in, submit


async def test_everything_can_be_done_with_the_keyboard_alone(opened: Open, up: Casework) -> None:
    name = await up.user()
    page = await opened()
    await expect(page.get_by_label("User name")).to_be_focused()
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_label("Kind of work").wait_for()

    async def tab_to(selector: str) -> None:
        for _ in range(60):
            await page.keyboard.press("Tab")
            if await page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    await tab_to("#files")
    await tab_to("textarea")
    await page.keyboard.type("2024年1月1日，对方承认欠款100000元。")
    await tab_to("button[type=submit]")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/tasks/*")
    await status_is(page, "succeeded")
    await tab_to(".source")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await tab_to(".downloads a")


async def test_no_page_has_a_barrier_or_scrolls_sideways_in_any_theme_or_language(
    opened: Open, up: Casework, axe: str
) -> None:
    name = await up.user()
    async with up.client(name) as http:
        case = {
            "package_id": "contract_dispute_default",
            "case_type": "contract_performance",
            "case_position": "plaintiff",
        }
        words = {**case, "user_input": "被告欠款10万元，应于2024年1月1日前付清。"}
        done = (await http.post("/litigation-analysis/start", json=words)).json()["task_id"]
        runs = await submit(http, steps=3, step_seconds=20, ticks=100)
        fails = (
            await http.post(
                "/tasks",
                json={
                    "workflow": "demo",
                    "input": {"steps": 2, "step_seconds": 0, "fail_at": 2, "fail_times": 9},
                    "max_attempts": 2,
                },
            )
        ).json()["task_id"]
    page = await opened("/", color_scheme="light")
    found: list[str] = []

    async def look(where: str) -> None:
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme="light" if theme == "light" else "dark", reduced_motion="reduce")
            await page.evaluate(axe)
            found.extend(f"{where} {theme}: {each}" for each in await page.evaluate(AXE))
        for width in (390, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            for _ in range(2):  # the other language, and back
                wide = await page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if wide > 0:
                    found.append(f"{where} at {width} px: {wide} px too wide")
                await page.locator(".tools button").first.click()

    await look("sign in")
    await sign_in(page, name)
    await expect(page.locator(".case")).to_have_count(3)
    await look("home")
    for task, status in ((done, "succeeded"), (runs, "running"), (fails, "failed")):
        await page.goto(f"{up.url}/tasks/{task}")
        await status_is(page, status)
        if status == "succeeded":
            await page.locator("#findings-title").wait_for()
        await look(status)
    await page.locator("#status").wait_for()
    assert found == []


async def test_language_and_theme_are_the_browsers_until_chosen_and_then_kept(opened: Open) -> None:
    page = await opened()
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.get_by_role("button", name="切换到中文").click()
    await expect(page.get_by_role("heading", name="登录")).to_be_visible()
    await page.get_by_role("button", name="主题").click()
    await page.get_by_role("button", name="主题").click()
    await page.reload()
    await expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
