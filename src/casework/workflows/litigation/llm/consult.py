"""Asking the model about a case, node by node; what fails is left to the computed text, and told.

Nothing it says changes a name, a number, a date, a fee or the score.
"""

import asyncio
from collections.abc import Mapping

import httpx
import msgspec

from casework import Context, RetryLater, settings
from casework.workflows.litigation.guidance import Node
from casework.workflows.litigation.llm.advice import Advice, Note, tokens_of
from casework.workflows.litigation.llm.brief import Brief
from casework.workflows.litigation.llm.client import Busy, Client, Refused, Unreachable
from casework.workflows.litigation.llm.questions import (
    QUESTIONS,
    Item,
    Question,
    Unusable,
    messages,
    parse,
    readable,
    told,
)
from casework.workflows.litigation.llm.stream import Answer, Patience

PATIENCE = Patience()
KEPT = "language-model.json"
SHOWN_SECONDS = 0.1
LONGEST_DEFERRAL_SECONDS = 900.0


async def _kept(ctx: Context, model: str) -> Advice:
    """What an attempt that came to no end has heard from this model, so that nothing is asked or paid twice."""
    content = await ctx.left(KEPT, "application/json")
    try:
        kept = msgspec.json.decode(content or b"", type=Advice)
    except msgspec.MsgspecError:
        return Advice(model)
    return kept if kept.model == model else Advice(model)


class _Stop(Exception):
    """No further node is to be asked."""


async def consult(ctx: Context, brief: Brief, model: str | None, nodes: Mapping[str, Node]) -> Advice:
    """What the model has to say; empty where none is set. `nodes` is what the package adds to the questions.
    Raises RetryLater where it asks for a long wait."""
    configured = settings.load()
    name = model or configured.llm_model
    if not configured.llm_base_url or not name:
        await ctx.progress(1, 1, "没有设置语言模型，全部按规则得出")
        return Advice()
    key = configured.llm_api_key.get_secret_value() if configured.llm_api_key else ""
    advice = await _kept(ctx, name)
    timeout = httpx.Timeout(None, connect=PATIENCE.connect)
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=False) as http:
        client = Client(http, configured.llm_base_url, key, name, PATIENCE)
        adviser = _Adviser(ctx, client, advice, brief, configured.llm_token_budget)
        try:
            for number, question in enumerate(told(each, nodes.get(each.node)) for each in QUESTIONS):
                if question.node not in advice.asked:
                    await adviser.node(number, question)
                    advice.asked.append(question.node)
                    await ctx.artifact(KEPT, msgspec.json.encode(advice), "application/json")
        except _Stop:
            pass
    spent = advice.spent
    left_out = f"，部分从略：{'；'.join(advice.reasons)}" if advice.degraded else ""
    await ctx.progress(
        len(QUESTIONS), len(QUESTIONS), f"语言模型给出 {len(advice.notes)} 条意见，用 {spent.total} 个词元{left_out}"
    )
    return advice


class _Adviser:
    def __init__(self, ctx: Context, client: Client, advice: Advice, brief: Brief, budget: int) -> None:
        self._ctx = ctx
        self._client = client
        self._advice = advice
        self._brief = brief
        self._budget = budget
        self._shown = 0.0

    async def node(self, number: int, question: Question) -> None:
        """Ask about one node; raises _Stop where asking on is of no use."""
        await self._ctx.progress(number, len(QUESTIONS), f"{question.title}：询问语言模型")
        prompt = messages(question, self._brief)
        try:
            items, dropped = await self._items(question, prompt)
        except Unusable as fault:
            self._advice.dropped += fault.dropped
            await self._give_up(question, f"回答不可用（{str(fault)[:80]}）")
            return
        except Busy as fault:
            if not self._ctx.last_attempt and fault.seconds <= LONGEST_DEFERRAL_SECONDS:
                raise RetryLater(f"语言模型：{fault}", fault.seconds) from None
            await self._give_up(question, str(fault))
            raise _Stop from None
        except (Refused, Unreachable) as fault:
            await self._give_up(question, str(fault))
            raise _Stop from None
        self._advice.notes += [_note(question, item, self._brief) for item in items]
        self._advice.dropped += len(dropped)
        spent = self._advice.spent
        usage = {
            "node": question.node,
            "prompt_tokens": spent.prompt_tokens,
            "completion_tokens": spent.completion_tokens,
        }
        said = f"{question.title}：采纳 {len(items)} 条，舍弃 {len(dropped)} 条"
        await self._ctx.log(said, "info", {"llm": "usage", **usage, "estimated": spent.estimated, "dropped": dropped})

    async def _items(self, question: Question, prompt: list[dict[str, str]]) -> tuple[list[Item], list[str]]:
        """What can be used of the answer, after one turn of repair where nothing can."""
        answer = await self._ask(question, prompt)
        try:
            return parse(answer.text, question, self._brief)
        except Unusable as fault:
            self._advice.dropped += fault.dropped
            await self._ctx.log(
                f"{question.title}：回答不可用，请求改正一次", "warning", {"llm": "repair", "node": question.node}
            )
            repair = f"上一个回答不可用：{fault}。请只依据所给编号，按格式重新输出一个 JSON 对象。"
            turn = [
                {"role": "assistant", "content": answer.text[:4_000] or "（空）"},
                {"role": "user", "content": repair},
            ]
        again = await self._ask(question, [*prompt, *turn])
        return parse(again.text, question, self._brief)

    async def _ask(self, question: Question, prompt: list[dict[str, str]]) -> Answer:
        spent = self._advice.spent
        if spent.total + tokens_of(prompt) + question.most_tokens > self._budget:
            await self._give_up(question, f"词元预算 {self._budget} 不够，已用 {spent.total}")
            raise _Stop

        async def show(text: str) -> None:
            moment = asyncio.get_running_loop().time()
            if moment - self._shown >= SHOWN_SECONDS:
                self._shown = moment
                self._ctx.show(readable(text))

        async def wait(attempt: int, reason: str, seconds: float) -> None:
            said = f"语言模型：{reason}，{seconds:.1f} 秒后重试（第 {attempt} 次）"
            data = {
                "llm": "retry",
                "node": question.node,
                "attempt": attempt,
                "reason": reason,
                "wait_seconds": round(seconds, 3),
            }
            await self._ctx.log(said, "warning", data)

        before = self._client.calls
        try:
            answer = await self._client.ask(prompt, question.most_tokens, show, wait)
        finally:
            self._advice.calls += self._client.calls - before
        spent.add(prompt, answer)
        return answer

    async def _give_up(self, question: Question, reason: str) -> None:
        """The computed text stands alone for this node."""
        self._advice.degraded = True
        self._advice.reasons.append(f"{question.title}：{reason}")
        data = {"llm": "fallback", "node": question.node, "reason": reason}
        await self._ctx.log(f"{question.title}：{reason}，按规则的结果为准", "warning", data)


def _note(question: Question, item: Item, brief: Brief) -> Note:
    known = {fact.id: fact.text for fact in brief.facts}
    return Note(
        question.node,
        item.kind,
        question.kinds[item.kind],
        " ".join(item.text.split()),
        [known[each] for each in item.fact_ids],
        [brief.statutes[each].partition("：")[0] for each in item.statute_ids],
    )
