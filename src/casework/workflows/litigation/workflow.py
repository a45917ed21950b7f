"""The nine steps: read, sort, find the facts, put them under the rules, report. Offline and without a sleep."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec

from casework import Context, Title, Workflow
from casework.workflows.litigation import assessment, choices, evidence, report, result, strategies
from casework.workflows.litigation.assessment import Assessment
from casework.workflows.litigation.case import CaseInput, check
from casework.workflows.litigation.choices import Strategy as Chosen
from casework.workflows.litigation.evidence import Evidence
from casework.workflows.litigation.facts import clauses, parties, timeline
from casework.workflows.litigation.facts.clauses import Terms
from casework.workflows.litigation.facts.parties import Party
from casework.workflows.litigation.facts.timeline import Event
from casework.workflows.litigation.ledger import ledger
from casework.workflows.litigation.ledger.ledger import Ledger
from casework.workflows.litigation.llm import brief
from casework.workflows.litigation.llm.advice import Advice
from casework.workflows.litigation.llm.consult import consult
from casework.workflows.litigation.package import Package, check_text, packages, pinned
from casework.workflows.litigation.result import Facts
from casework.workflows.litigation.sides import DEFENDING
from casework.workflows.litigation.strategies import Strategies
from casework.workflows.litigation.text import money, reading
from casework.workflows.litigation.text.money import Amount
from casework.workflows.litigation.text.span import STATEMENT, Text
from casework.workflows.reading.fold import fold

CHINA = timezone(timedelta(hours=8))

litigation_analysis = Workflow(
    "litigation-analysis",
    title=Title("诉讼案件分析", "Litigation analysis"),
    input=CaseInput,
    check=check,
    packages=packages,
    check_package=check_text,
)


class Texts(msgspec.Struct):
    """What could be read; `today` and the package are fixed here, so that a later attempt agrees with this one."""

    today: date
    texts: list[Text]
    documents: list[dict[str, Any]]
    warnings: list[str]
    package: Package


class Sorted(msgspec.Struct):
    """The texts with what each of them is, and the parties."""

    texts: list[Text]
    parties: list[Party]


class Timeline(msgspec.Struct):
    """The events, and how many dates they come from."""

    dates: int
    events: list[Event]


class Claims(msgspec.Struct):
    """The sums and the ledger they make."""

    amounts: list[Amount]
    ledger: Ledger


class Plan(msgspec.Struct):
    """What to do: the strategies and drafts that the package has chosen, and what they come to in Chinese."""

    chosen: list[Chosen]
    drafts: list[str]
    strategies: Strategies


class Rules(msgspec.Struct):
    """The package and the terms that were agreed."""

    package: Package
    terms: Terms


def _documents(input: CaseInput) -> float:  # noqa: A002
    return len(input.document_ids)


@litigation_analysis.step(title=Title("阅读材料", "Read the documents"), weight=35, size=_documents)
async def process_documents(ctx: Context, input: CaseInput) -> Texts:  # noqa: A002 - the name of the input
    package = pinned(input.package_id, input.package_version)
    case = await reading.read_case(ctx, input.document_ids, package.documents)
    texts = case.texts
    if input.user_input.strip():
        texts.append(Text(STATEMENT, "用户陈述", fold(input.user_input), [0], "statement"))
    await ctx.progress(1, 1, f"读取 {len(texts)} 份文字，共 {sum(len(text.text) for text in texts)} 字")
    return Texts(_today(), texts, case.documents, case.warnings, package)


def _today() -> date:
    return datetime.now(UTC).astimezone(CHINA).date()


@litigation_analysis.step(title=Title("整理案情", "Sort the case"), weight=10)
async def preorganize_case(ctx: Context, input: CaseInput, process_documents: Texts) -> Sorted:  # noqa: A002
    found = await ctx.in_process(_sides, process_documents.texts, process_documents.package, input.case_position)
    checked = sum(party.number_valid is not None for party in found)
    await ctx.progress(1, 1, f"识别 {len(found)} 个当事人，校验 {checked} 个证件号码", {"parties": len(found)})
    return Sorted(process_documents.texts, found)


def _sides(texts: list[Text], package: Package, position: str) -> list[Party]:
    sides = [package.claimant_roles, package.respondent_roles]
    ours, theirs = reversed(sides) if position in DEFENDING else sides
    return parties.take_sides(parties.find(texts), texts, ours, theirs)


@litigation_analysis.step(title=Title("梳理时间线", "Build the timeline"), weight=8)
async def generate_timeline(ctx: Context, preorganize_case: Sorted) -> Timeline:
    dates, events = await ctx.in_process(timeline.build, preorganize_case.texts)
    counts = {"dates": len(dates), "events": len(events)}
    await ctx.progress(1, 1, f"识别 {len(dates)} 个日期，合并为 {len(events)} 个事件", counts)
    return Timeline(len(dates), events)


@litigation_analysis.step(title=Title("提取款项", "Extract the claims"), weight=10)
async def extract_claims(
    ctx: Context, process_documents: Texts, preorganize_case: Sorted, generate_timeline: Timeline
) -> Claims:
    kind = process_documents.package.kind
    found, book = await ctx.in_process(_sums, preorganize_case, generate_timeline.events, kind)
    counts = {"amounts": len(found), "entries": len(book.entries)}
    await ctx.progress(1, 1, f"识别 {len(found)} 处金额，{len(book.entries)} 笔款项", counts)
    return Claims(found, book)


def _sums(known: Sorted, events: list[Event], kind: str) -> tuple[list[Amount], Ledger]:
    found = [amount for text in known.texts for amount in money.find(text)]
    return found, ledger.build(known.texts, found, events, kind, known.parties)


@litigation_analysis.step(title=Title("组装规则", "Assemble the rules"), weight=7)
async def assemble_case_rules(ctx: Context, process_documents: Texts, preorganize_case: Sorted) -> Rules:
    package = process_documents.package
    terms = await ctx.in_process(clauses.find, preorganize_case.texts)
    found = f"合同 {len(terms.clauses)} 条，引用法条 {len(terms.citations)} 处"
    message = f"规则包 {package.name} {package.version}：{len(package.rules)} 条规则；{found}"
    await ctx.progress(1, 1, message, {"clauses": len(terms.clauses), "citations": len(terms.citations)})
    return Rules(package, terms)


@litigation_analysis.step(title=Title("审查证据", "Examine the evidence"), weight=10)
async def analyze_evidence(
    ctx: Context,
    preorganize_case: Sorted,
    generate_timeline: Timeline,
    extract_claims: Claims,
    assemble_case_rules: Rules,
) -> Evidence:
    found = evidence.assess(
        preorganize_case.texts,
        preorganize_case.parties,
        generate_timeline.events,
        extract_claims.amounts,
        extract_claims.ledger,
        assemble_case_rules.terms,
        assemble_case_rules.package,
    )
    message = f"{len(found.items)} 份证据，{len(found.gaps)} 处缺口，{len(found.contradictions)} 处矛盾"
    await ctx.progress(1, 1, message, {"items": len(found.items), "gaps": len(found.gaps)})
    return found


@litigation_analysis.step(title=Title("评估案件", "Assess the case"), weight=8)
async def assess_case(
    ctx: Context,
    input: CaseInput,  # noqa: A002
    process_documents: Texts,
    preorganize_case: Sorted,
    generate_timeline: Timeline,
    extract_claims: Claims,
    assemble_case_rules: Rules,
    analyze_evidence: Evidence,
) -> Assessment:
    found = assessment.assess(
        assemble_case_rules.package,
        preorganize_case.texts,
        preorganize_case.parties,
        generate_timeline.events,
        extract_claims.amounts,
        extract_claims.ledger,
        assemble_case_rules.terms,
        analyze_evidence,
        process_documents.today,
        input.case_position,
        input.analysis_scenario,
        input.case_type,
    )
    await ctx.progress(1, 1, f"{len(found.risks)} 项风险，完备度 {found.score}/100", {"score": found.score})
    return found


@litigation_analysis.step(title=Title("制定策略", "Choose strategies"), weight=6)
async def generate_strategies(
    ctx: Context,
    input: CaseInput,  # noqa: A002
    process_documents: Texts,
    analyze_evidence: Evidence,
    assess_case: Assessment,
) -> Plan:
    package, known = process_documents.package, assess_case.facts
    words = "\n".join(text.text for text in process_documents.texts)
    chosen = choices.strategies(package.strategies, known, words)
    found = strategies.write(input, chosen, assess_case, analyze_evidence, process_documents.today)
    await ctx.progress(1, 1, f"{len(found.strategies)} 个策略，{len(found.actions)} 项行动")
    return Plan(chosen, choices.drafts(package.drafts, known, words), found)


def _facts(
    read: Texts, case: Sorted, timed: Timeline, claimed: Claims, rules: Rules, found: Evidence, stands: Assessment,
    plan: Plan,
) -> Facts:  # fmt: skip
    """All that was found out, for whoever writes about it."""
    return Facts(
        read.today, read.documents, read.warnings, case.parties, timed.events, claimed.ledger, rules.terms, found,
        stands, plan.strategies, plan.chosen, plan.drafts, read.package.report,
    )  # fmt: skip


@litigation_analysis.step(title=Title("语言模型研判", "Ask the language model"), weight=10)
async def multi_model_analyze(
    ctx: Context,
    input: CaseInput,  # noqa: A002
    process_documents: Texts,
    preorganize_case: Sorted,
    generate_timeline: Timeline,
    extract_claims: Claims,
    assemble_case_rules: Rules,
    analyze_evidence: Evidence,
    assess_case: Assessment,
    generate_strategies: Plan,
) -> Advice:
    facts = _facts(
        process_documents, preorganize_case, generate_timeline, extract_claims, assemble_case_rules, analyze_evidence,
        assess_case, generate_strategies,
    )  # fmt: skip
    told = await ctx.in_process(brief.brief, input, facts, preorganize_case.texts)
    return await consult(ctx, told, input.selected_model, process_documents.package.llm)


@litigation_analysis.step(title=Title("生成报告", "Write the report"), weight=6)
async def generate_report(
    ctx: Context,
    input: CaseInput,  # noqa: A002
    process_documents: Texts,
    preorganize_case: Sorted,
    generate_timeline: Timeline,
    extract_claims: Claims,
    assemble_case_rules: Rules,
    analyze_evidence: Evidence,
    assess_case: Assessment,
    generate_strategies: Plan,
    multi_model_analyze: Advice,
) -> dict[str, Any]:
    facts = _facts(
        process_documents, preorganize_case, generate_timeline, extract_claims, assemble_case_rules, analyze_evidence,
        assess_case, generate_strategies,
    )  # fmt: skip
    rendered = await ctx.in_process(report.render, input, facts, multi_model_analyze, preorganize_case.texts)
    built: dict[str, Any] = msgspec.to_builtins(
        result.build(input, facts, rendered.text, rendered.drafts, multi_model_analyze)
    )
    total = len(rendered.files) + 1
    await ctx.artifact("report.json", msgspec.json.encode(built), "application/json")
    for number, file in enumerate(rendered.files, 2):
        await ctx.artifact(file.name, file.content, file.media_type)
        await ctx.progress(number, total, f"已生成 {file.name}")
    await ctx.progress(total, total, f"报告已生成：{total} 个文件，其中文书草稿 {len(rendered.drafts)} 份")
    return built
