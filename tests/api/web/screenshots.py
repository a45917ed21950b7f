"""Every page of the user's, at both widths, in both languages and themes, as files to look at.

python -m tests.api.web.screenshots FOLDER
"""

import asyncio
import itertools
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.api.web.up import FLAGS, PASSWORD, Casework, chromium, running, submit

EXAMPLES = Path(__file__).parents[3] / "examples" / "contract-dispute"
CASE = {"package_id": "contract_dispute_default", "case_type": "contract_performance", "case_position": "plaintiff"}
WORDS = (
    "我公司（乙方，恒达公司）供应的设备早已验收，对方至今没有付清货款。2024年11月8日，对方负责人在电话里承认欠款并"
    "同意支付，但没有书面材料。想了解能否起诉、时效和费用。"
)
Theme = Literal["light", "dark"]
VARIANTS: list[tuple[int, str, Theme]] = list(itertools.product((1440, 390), ("zh", "en"), ("light", "dark")))


async def prepare(casework: Casework) -> dict[str, str]:
    """A case that is done, a task that failed, and one that runs for a minute with a failure behind it."""
    async with casework.client() as http:
        for _ in range(3):
            await submit(http, steps=4, step_seconds=8, ticks=5)
        files = [("files", (path.name, path.read_bytes())) for path in sorted(EXAMPLES.glob("0*"))]
        documents = [each["id"] for each in (await http.post("/documents", files=files)).json()["documents"]]
        body = {**CASE, "user_input": WORDS, "document_ids": documents}
        done = (await http.post("/litigation-analysis/start", json=body)).json()["task_id"]
        failing = {"steps": 4, "step_seconds": 0.2, "fail_at": 3, "fail_times": 9}
        failed = await http.post("/tasks", json={"workflow": "demo", "input": failing, "max_attempts": 2})
        await asyncio.sleep(35)  # until there is a history to estimate by
        runs = await submit(http, steps=4, step_seconds=20, ticks=400)
        return {"done": done, "failed": failed.json()["task_id"], "running": runs}


async def shoot(browser: Browser, url: str, tasks: dict[str, str], folder: Path) -> None:
    """All pages in all variants."""
    for width, language, theme in VARIANTS:
        locale = {"zh": "zh-CN", "en": "en-GB"}[language]
        viewport = {"width": width, "height": 900 if width > 600 else 844}
        context = await browser.new_context(viewport=viewport, locale=locale, color_scheme=theme)  # type: ignore[arg-type]
        page = await context.new_page()

        async def take(
            name: str, *, whole: bool = True, page: Page = page, tag: str = f"{width}-{language}-{theme}"
        ) -> None:
            await page.evaluate("scrollTo(0, 0)") if whole else None
            await page.wait_for_timeout(400)  # fonts, and the transitions of bars
            await page.screenshot(path=folder / f"{name}-{tag}.png", full_page=whole)

        await page.goto(url)
        await page.locator("#username").fill("admin")
        await page.locator("#password").fill("wrong")
        await page.keyboard.press("Enter")
        await page.locator("#sign-in-error").wait_for()
        await take("sign-in")
        await page.locator("#password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.locator(".case").first.wait_for()
        await page.locator("#files").set_input_files(sorted(EXAMPLES.glob("0*"))[:2])
        empty = {"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": b""}
        await page.locator("#files").set_input_files(empty)  # type: ignore[arg-type]
        await page.locator(".file.failed").wait_for()
        await page.locator("textarea").fill(WORDS)
        await take("home")
        for name, task in tasks.items():
            await page.goto(f"{url}/tasks/{task}")
            await page.locator("#status").wait_for()
            if name == "done":
                await page.locator("#part-basis").wait_for()
            await take(name)
            if name == "done":
                await page.locator("#part-timeline .source").last.click()
                await expect(page.locator("dialog mark")).to_be_visible()
                await take("source", whole=False)
        await context.close()


async def for_readme(browser: Browser, url: str, tasks: dict[str, str], folder: Path) -> None:
    """Three of them, the upper part, for the README."""
    shots: list[tuple[str, str, str, Theme]] = [
        ("submit", "/", "zh-CN", "light"),
        ("running", f"/tasks/{tasks['running']}", "en-GB", "dark"),
        ("findings", f"/tasks/{tasks['done']}", "zh-CN", "light"),
    ]
    for name, path, locale, theme in shots:
        context = await browser.new_context(viewport={"width": 1280, "height": 860}, locale=locale, color_scheme=theme)
        page = await context.new_page()
        await page.goto(url + path)
        await page.locator("#username").fill("admin")
        await page.locator("#password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        if name == "submit":
            await page.locator(".case").first.wait_for()
            await page.locator("#files").set_input_files(sorted(EXAMPLES.glob("0*")))
            await expect(page.locator(".file.done")).to_have_count(4)
        await page.wait_for_timeout(2_000)
        await page.screenshot(path=folder / f"{name}.png")
        await context.close()


async def main(folder: Path) -> None:
    """Start it all, take them, stop."""
    with tempfile.TemporaryDirectory() as data, running(Path(data) / "data") as casework:
        tasks = await prepare(casework)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            await asyncio.sleep(10)  # the running one shall be somewhere
            await for_readme(browser, casework.url, tasks, folder)
            await shoot(browser, casework.url, tasks, folder)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
