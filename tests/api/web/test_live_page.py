"""A model's words in a real Chromium, while it writes them."""

from pathlib import Path

from playwright.async_api import Browser, expect

from cli.fake_llm import Fake
from tests.api.web.up import running, sign_in
from tests.workers.test_language_model import CASE


async def test_a_page_shows_what_the_model_writes_and_forgets_it_when_the_step_ends(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        Fake(["slow", "ok"], pause=0.2) as fake,
        running(tmp_path / "data", LLM_BASE_URL=fake.url, LLM_MODEL="fake") as casework,
    ):
        async with casework.client() as http:
            answer = await http.post("/litigation-analysis/start", json=CASE)
        page = await browser.new_page(locale="en-GB")
        await page.goto(casework.url)
        await sign_in(page, "admin")
        await page.goto(f"{casework.url}/tasks/{answer.json()['task_id']}")
        words = page.locator(".step.running .live").filter(has_text="核对").first  # several steps may run at once
        await expect(words).to_contain_text("应结合其他材料核对", timeout=30_000)
        grown = len(await words.inner_text())
        await page.reload()
        await expect(words).to_contain_text("核对", timeout=10_000)
        assert len(await words.inner_text()) > 0
        assert grown > 0
        await expect(page.locator("#status")).to_have_attribute("data-status", "succeeded", timeout=60_000)
        await expect(page.locator(".live:visible")).to_have_count(0)
