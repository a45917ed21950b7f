"""The conditions of rules, as data: `all`, `any`, `not` of others, a fact compared with a value, or words (pure)."""

from collections.abc import Collection, Iterator, Mapping, Set
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

Value = bool | int | float | Decimal | str | None
Operator = Literal[">", ">=", "<", "<=", "==", "!=", "in", "exists", "between"]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]

FACTS = {
    "opponent_known": "两方当事人均已识别",
    "has_contract": "有书面合同、借据或劳动合同",
    "has_delivery": "有交付或验收的材料",
    "has_demand": "有书面催告",
    "has_transfer": "有银行转账或收款凭证",
    "demand_arrival_proven": "催告有送达证明",
    "has_acknowledgement": "有书面确认债务的材料",
    "guarantor": "有保证人",
    "identity_invalid": "有证件号码校验不通过",
    "arbitration": "有有效的商事仲裁约定",
    "forum_conflict": "管辖或仲裁约定相互矛盾",
    "amount_conflicts": "大写与小写不一致的处数",
    "contradictions": "材料相互矛盾的处数",
    "arrears": "欠款（元）",
    "arrears_agree": "计算的欠款与陈述的一致",
    "penalty_ratio": "约定违约金与损失（违约时报价利率加计50%）之比",
    "penalty_ratio_floating": "同上，报价利率浮动",
    "days_late": "最长逾期天数",
    "annual_rate": "约定年利率（%）",
    "rate_cap": "利率上限（%）",
    "rate_over_cap": "约定利率超过上限",
    "has_due_date": "约定了履行期限",
    "monthly_wage": "月工资（元）",
    "service_months": "经济补偿的月数",
    "no_written_contract": "主张未签书面劳动合同且没有提交",
    "unlawful_dismissal": "主张违法解除",
    "dismissed": "劳动关系已解除",
    "limitation_days_left": "距时效最后一日的天数",
    "limitation_depends_on_statement": "时效的计算依赖未经证明的陈述",
    "before_civil_code": "法律事实在2021年之前",
    "claim_value": "请求总额（元）",
    "position": "我方地位",
    "scenario": "分析场景",
    "case_type": "案件类型",
}

OUTCOMES = {  # for strategies and drafts: rules are what the score is made of
    "score": "证据与程序完备度",
    "strength_level": "完备度分级（strong、medium、weak）",
}


class Condition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"every": "all", "some": "any", "no": "not"}
):
    """Exactly one of `all`, `any`, `not`, `fact` (by itself or with `op` and `value`) and `text` (any of these words
    in a document)."""

    every: list["Condition"] = []
    some: list["Condition"] = []
    no: "Condition | None" = None
    fact: str | None = None
    op: Operator | None = None
    value: float | str | list[float | str] | None = None
    text: list[Word] = []

    def holds(self, facts: Mapping[str, Value], words: str = "") -> bool:
        """Whether it holds; a comparison with a fact that is not known does not."""
        if self.every:
            return all(each.holds(facts, words) for each in self.every)
        if self.some:
            return any(each.holds(facts, words) for each in self.some)
        if self.no is not None:
            return not self.no.holds(facts, words)
        if self.text:
            return any(word in words for word in self.text)
        known = facts.get(self.fact or "")
        if self.op is None:
            return bool(known)
        if self.op == "exists":
            return known is not None
        return known is not None and _compare(known, self.op, self.value)

    def named(self) -> Set[str]:
        """The facts it asks for."""
        inner = [*self.every, *self.some, *([self.no] if self.no else [])]
        return {self.fact} if self.fact else {name for each in inner for name in each.named()}

    def faults(
        self, way: tuple[str, ...], known: Collection[str] = tuple(FACTS)
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """(where, what) is wrong with it beyond its shape."""
        given = [self.every, self.some, self.no, self.fact, self.text]
        if sum(bool(each) for each in given) != 1:
            yield way, "give exactly one of all, any, not, fact, text"
        if self.fact is not None and self.fact not in known:
            yield way, f"there is no fact {self.fact!r}; there are: {', '.join(known)}"
        if self.fact is None and (self.op is not None or self.value is not None):
            yield way, "op and value belong to a fact"
        yield from (((*way, "op"), told) for told in self._misfit())
        for name, inner in (("all", self.every), ("any", self.some), ("not", [self.no] if self.no else [])):
            for each in inner:
                yield from each.faults((*way, name), known)

    def _misfit(self) -> Iterator[str]:
        listed, numbers = isinstance(self.value, list), isinstance(self.value, int | float)
        if self.op == "between" and not (
            isinstance(self.value, list) and len(self.value) == 2 and _ordered(self.value)
        ):
            yield "between needs value = [least, most]"
        elif self.op == "in" and not listed:
            yield "in needs a list of values"
        elif self.op in (">", ">=", "<", "<=") and not numbers:
            yield f"{self.op} needs a number as value"
        elif self.op in ("==", "!=") and (self.value is None or listed):
            yield f"{self.op} needs one value"
        elif self.op in (None, "exists") and self.value is not None:
            yield "a value needs an op that compares"


def _ordered(pair: list[float | str]) -> bool:
    least, most = pair
    return isinstance(least, int | float) and isinstance(most, int | float) and least <= most


def _compare(known: Value, operator: Operator, right: float | str | list[float | str] | None) -> bool:
    if operator == "in":
        return isinstance(right, list) and known in right
    if operator == "between" or isinstance(right, list):
        low, high = right if isinstance(right, list) else (1, 0)
        return not isinstance(known, str | None) and float(low) <= float(known) <= float(high)
    if isinstance(right, str) or isinstance(known, str):
        return (known == right) is (operator == "==")
    if right is None or known is None:
        return False
    left = float(known)
    results = {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right, "==": left == right}
    return results.get(operator, left != right)
