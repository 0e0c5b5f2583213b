"""``mingjing facts``: what the data standard says, a workbook to fill in, and reading files into it."""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from mingjing.facts.mapping import built_in, mapping_of
from mingjing.facts.read import Progress, read_facts
from mingjing.facts.schema import EVENT_TYPES, TABLES, TYPE_LABELS, Column, Table
from mingjing.facts.template import write_template

CANCELLED: Final = 130

app = typer.Typer(help="数据标准：查看表和列、生成填报模板、读入数据。", no_args_is_help=True, rich_markup_mode=None)


@app.command("schema", help="列出数据标准的表、列和代码。")
def show_schema(
    table: Annotated[str | None, typer.Argument(help="只看一张表，英文名或者中文名。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")] = False,
) -> None:
    """Print the facts standard."""
    from mingjing.facts.schema import table_of

    tables = [table_of(table)] if table else list(TABLES.values())
    if as_json:
        data: dict[str, Any] = {"tables": [_table_data(entry) for entry in tables], "event_types": dict(EVENT_TYPES)}
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for entry in tables:
        print(f"{entry.label}（{entry.name}）  主键：{'、'.join(entry.key)}")
        for column in entry.columns:
            print(f"  {'*' if column.required else ' '} {column.name}  {column.label}  {_described(column)}")


def _described(column: Column) -> str:
    parts = [TYPE_LABELS[column.type]]
    if column.ref:
        parts.append(f"见 {column.ref}")
    if column.codes is not None:
        parts.append("、".join(f"{code} {label}" for code, label in column.codes.items()))
    if column.description:
        parts.append(column.description)
    return "；".join(parts)


def _table_data(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "label": table.label,
        "key": list(table.key),
        "columns": [
            {
                "name": column.name,
                "label": column.label,
                "type": column.type.value,
                "ref": column.ref,
                "codes": None if column.codes is None else dict(column.codes),
                "open_codes": column.open_codes,
                "required": column.required,
                "blank_is_none": column.blank_is_none,
                "aliases": list(column.aliases),
                "description": column.description,
            }
            for column in table.columns
        ],
    }


@app.command("template", help="生成填报模板（XLSX）：每表一个工作表，带批注、下拉列表和示例行。")
def make_template(out: Annotated[Path, typer.Argument(help="要写的文件，如 模板.xlsx。")]) -> None:
    """Write the workbook to fill in."""
    if not out.parent.is_dir():
        raise typer.BadParameter(f"没有“{out.parent}”这个文件夹。", param_hint="OUT")
    write_template(out)
    print(f"已写出 {out}。")


@app.command("mappings", help="列出自带的映射；标明“可写出”的，也能用 mingjing facts write 写成它的表样。")
def show_mappings() -> None:
    """Print the mappings that come along."""
    for mapping in built_in():
        both_ways = "（可写出）" if mapping.export is not None else ""
        print(f"{mapping.id}  {mapping.label}{both_ways}：{mapping.description}")


@app.command(
    "write", help="把标准数据写成别的系统的表样（双公示、互联网+监管、双随机、案件台账），填不出的列逐一说明。"
)
def write(
    facts: Annotated[Path, typer.Argument(help="标准数据文件夹：mingjing facts read 或者 export 写出的。")],
    out: Annotated[Path, typer.Argument(help="要写的文件，.xlsx 或者 .csv。")],
    form: Annotated[str, typer.Option("--as", help="写成哪个映射的表样：映射的名称或者 YAML 文件。")],
    full: Annotated[
        bool, typer.Option("--full", help="写出自然人的姓名全文；不写则遮蔽。只用于依法共享，不用于公示。")
    ] = False,
    codes: Annotated[bool, typer.Option("--codes", help="表头写字段代码（如 cf_wsh），不写中文列名。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON 报告，供程序读取。")] = False,
) -> None:
    """Write the form, and say what could not be filled."""
    from mingjing.facts.forms import write_form

    if out.suffix.casefold() not in (".xlsx", ".csv"):
        raise typer.BadParameter("请写成 .xlsx 或者 .csv 文件。", param_hint="OUT")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"没有“{out.parent}”这个文件夹。", param_hint="OUT")
    mapping = mapping_of(form)
    report = write_form(facts, mapping, out, full=full, codes=codes)
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
        return
    print(f"已按“{mapping.label}”写出 {out}：{report.rows} 行。")
    for reason, count in report.left_out:
        print(f"  未写出 {count} 行：{reason}")
    if report.rows and (blank := report.blank):
        print("  整列空着的，没有编造内容：")
        for column in blank:
            print(f"    {column.header}　{column.reason}")
    if partly := [column for column in report.columns if 0 < column.filled < report.rows]:
        print("  有空格的：" + "、".join(f"{column.header}（{column.filled}/{report.rows}）" for column in partly))
    if not full:
        print("  自然人的姓名已经遮蔽；依法共享需要全文的，加 --full。")


@app.command("export", help="把本平台的台账、事项、案件和音像记录写成标准数据，供 mingjing oversee 评估。")
def export(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹。")],
    changed_since: Annotated[
        datetime | None, typer.Option("--changed-since", help="只写此后有变动的案件（北京时间），用于接续评估。")
    ] = None,
    confidential: Annotated[
        bool,
        typer.Option("--confidential", help="连同限制知悉的事项（职务违法线索及其移送），须写 --user 和 --reason。"),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="导出限制知悉事项的用途，记入日志。")] = "",
    user: Annotated[str, typer.Option("--user", help="以哪个账号的权限导出限制知悉的事项（登录名）。")] = "",
) -> None:
    """Write the platform's own data as standard tables."""
    from mingjing.interfaces.cli.cases import CONFIDENTIAL, case_export

    export_cases = case_export(confidential=confidential, user=user, reason=reason)
    from django.utils.timezone import make_aware

    from mingjing.contexts.catalog.usecases.export_facts import export_catalog
    from mingjing.contexts.media.usecases.export_facts import export_media
    from mingjing.contexts.registry.usecases.export_facts import export_registry

    since = None if changed_since is None else make_aware(changed_since)
    # first what may be refused
    cases = export_cases(out, since)
    counts = export_registry(out) | export_catalog(out) | cases
    counts["media"] = export_media(out)
    for name, rows in counts.items():
        print(f"{TABLES[name].label}　{rows} 行")
    print(f"已写出 {out}。评估：mingjing oversee {out}")
    if confidential:
        print(CONFIDENTIAL)


@app.command("deliver", help="把数据包交给本平台：保留原件，读入标准数据，成为计算指标的依据。")
def deliver_facts(
    path: Annotated[Path, typer.Argument(help="文件、压缩包或者文件夹。")],
    unit: Annotated[str, typer.Option("--unit", help="交送单位的代码。")],
    until: Annotated[str, typer.Option("--until", help="数据截至日，如 2026-11-20。")],
    since: Annotated[str, typer.Option("--since", help="数据起始日；全部历史数据不写。")] = "",
    mapping: Annotated[str, typer.Option("--mapping", help="自带映射的名称；不写则按列名辨认。")] = "",
    user: Annotated[str, typer.Option("--user", help="以哪个账号的权限交送（登录名）。")] = "",
) -> None:
    """Deliver as a user of the platform, and read at once; what cannot be read ends with status 2."""
    days = []
    for name, text in (("--until", until), ("--since", since)):
        try:
            days.append(date.fromisoformat(text) if text else None)
        except ValueError as error:
            raise typer.BadParameter(f"“{text}”不是日期，请写成 2026-11-20 的样子。", param_hint=name) from error
    if days[0] is None:
        raise typer.BadParameter("请写数据截至日。", param_hint="--until")
    if not path.exists():
        raise typer.BadParameter(f"找不到“{path}”。", param_hint="PATH")
    from mingjing.interfaces.cli.platform import actor_named

    actor = actor_named(user, "indicators.delivery.submit")
    from django.utils import timezone

    from mingjing.contexts.indicators.usecases.deliver import deliver, take_in

    now = timezone.now()
    row = deliver(
        actor=actor,
        at=now,
        unit=unit,
        path=path,
        name=path.name,
        data_until=days[0],
        data_from=days[1],
        mapping=mapping,
    )
    row = take_in(actor=actor, at=now, delivery=row.pk)
    print(row.words)
    if row.state != "taken":
        raise typer.Exit(2)
    print(f"数据包 {row.pk} 已入库。计算：mingjing indicators compute")


@app.command("read", help="把文件、文件夹或者压缩包读成标准 Parquet，并报告每一处问题。")
def read(
    path: Annotated[Path, typer.Argument(help="CSV、XLSX、XLS、ODS、Parquet、JSONL、XES，或者它们的文件夹、压缩包。")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹。")],
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="映射的名称或者 YAML 文件；不写则按列名辨认。")
    ] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="是否核对重复的编码和不存在的引用。")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON 报告，供程序读取。")] = False,
) -> None:
    """Read and print the summary; what cannot be read at all ends with status 2."""
    try:
        report = read_facts(path, out, mapping=mapping, progress=_Line(), check=check)
    except KeyboardInterrupt:
        print("\n已中止，没有写出任何结果。", file=sys.stderr)
        raise typer.Exit(CANCELLED) from None
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
        return
    print(report.summary())
    print(f"结果在 {out}。" + ("退回修改的行见 bad_rows.xlsx。" if (out / "bad_rows.xlsx").exists() else ""))


class _Line:
    """One line on the terminal that says how far the reading is; silent where the output is no terminal."""

    def __init__(self) -> None:
        self.is_live = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        if not self.is_live:
            return
        share = f"{progress.sources_done}/{progress.sources}" if progress.sources else ""
        print(
            f"\r\x1b[2K{progress.stage} {progress.file} {share} 已读 {progress.rows:,} 行",
            end="\r" if progress.stage != "报告" else "\r\x1b[2K",
            file=sys.stderr,
            flush=True,
        )
