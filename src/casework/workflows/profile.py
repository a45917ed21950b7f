"""The `data.profile` workflow: what a large delimited text holds, column by column, with bytes as progress."""

from typing import Annotated, Any, Literal

import msgspec

from casework import Context, PermanentError, Title, Workflow
from casework.workflows.profile_column import Column
from casework.workflows.profile_table import NoTable, Profile, Progress, profile
from casework.workflows.reading import Unreadable

MEGABYTE = 1024 * 1024


class ProfileInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The one document, its delimiter (found out when null), and whether its first row names the columns."""

    document_ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=1)]
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    header: bool = True


data_profile = Workflow("data.profile", title=Title("数据画像", "Data profile"), input=ProfileInput, queue="low")


@data_profile.step(title=Title("扫描数据", "Scan the data"), weight=49)
async def scan_table(ctx: Context, input: ProfileInput) -> Profile:  # noqa: A002
    found = await ctx.documents(input.document_ids)
    if not found:
        raise PermanentError("the document was deleted since it was submitted")
    [document] = found
    if not document.media_type.startswith("text/"):
        raise PermanentError(f"{document.name} is {document.media_type}; data.profile reads delimited text (CSV)")
    content = await ctx.read(document)
    made: Profile | None = None
    try:
        async with ctx.process() as process:
            async for item in process.each(profile, content, input.delimiter, input.header):
                if isinstance(item, Profile):
                    made = item
                else:
                    await _tell(ctx, item, len(content))
    except (NoTable, Unreadable) as reason:
        raise PermanentError(f"{document.name} is no table: {reason}") from reason
    if made is None:
        raise RuntimeError("a profile ends with a profile")
    return made


@data_profile.step(title=Title("生成报告", "Write the report"))
async def write_report(ctx: Context, scan_table: Profile) -> dict[str, Any]:
    await ctx.artifact("report.json", msgspec.json.encode(scan_table), "application/json")
    await ctx.artifact("report.md", markdown(scan_table).encode(), "text/markdown")
    built: dict[str, Any] = msgspec.to_builtins(scan_table)
    return built


async def _tell(ctx: Context, so_far: Progress, size: int) -> None:
    message = f"{so_far.bytes / MEGABYTE:.1f}/{size / MEGABYTE:.1f} MB · {so_far.rows:,} 行 rows"
    await ctx.progress(so_far.bytes, size, message, {"bytes": so_far.bytes, "rows": so_far.rows})


def markdown(made: Profile) -> str:
    """The profile for people."""
    double = "?" if made.duplicate_rows is None else f"{made.duplicate_rows:,}"
    lines = [
        "# 数据画像 Data profile",
        "",
        f"- 行 rows: {made.rows:,}",
        f"- 列 columns: {len(made.columns):,}",
        f"- 重复行 duplicate rows: {double}",
        f"- 列数不符的行 ragged rows: {made.ragged_rows:,}",
        f"- 编码 encoding: {made.encoding}",
        "",
        "| 列 column | 类型 type | 空值 nulls | 异常 odd | 不同值 distinct | 最小 min | 中位 median | 最大 max "
        "| 常见 top |",
        "| --- | --- | ---: | ---: | ---: | --- | --- | --- | --- |",
        *map(_row, made.columns),
    ]
    return "\n".join(lines) + "\n"


def _row(column: Column) -> str:
    about = "" if column.distinct_exact else "≈"
    median = column.quantiles.get("p50")
    top = ", ".join(f"{each.value[:30]} ({each.count:,})" for each in column.top[:3])
    cells = [
        column.name, column.type, f"{column.nulls:,}", f"{column.odd:,}", f"{about}{column.distinct:,}",
        _shown(column.minimum), _shown(median), _shown(column.maximum), top,
    ]  # fmt: skip
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _shown(value: str | float | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:g}"
