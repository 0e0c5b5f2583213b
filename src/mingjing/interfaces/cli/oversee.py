"""``mingjing oversee``: from exported files to a report."""

import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mingjing.contexts.oversight.usecases.oversee_files import choose_rules, oversee_changes, oversee_files
from mingjing.interfaces.cli.stopping import Stopping

CANCELLED = 130


def today() -> date:
    """The day in China."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


class Line:
    """One line on the terminal that says what is being done; plain lines where the output is no terminal."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.began = time.monotonic()
        self.told = ""

    def __call__(self, words: str, share: float) -> None:
        if share >= 1.0:
            Stopping.last_call()
        bar = "█" * round(share * 24) + "░" * (24 - round(share * 24))
        text = f"{bar} {share:4.0%} {time.monotonic() - self.began:5.1f}秒 {words}"
        if self.live:
            print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)
        elif words.split("：", maxsplit=1)[0] != self.told:
            print(text, file=sys.stderr)
        self.told = words.split("：", maxsplit=1)[0]

    def end(self) -> None:
        """Leave the line as it stands."""
        if self.live:
            print(file=sys.stderr)


def oversee(
    path: Annotated[Path, typer.Argument(help="数据文件、文件夹或者压缩包（CSV、XLSX、Parquet、JSONL 等）")],
    out: Annotated[Path, typer.Option("--out", help="结果文件夹")],
    as_of: Annotated[str, typer.Option("--as-of", help="检查基准日，如 2026-11-20；此后的记录不计")] = "",
    place: Annotated[
        str | None, typer.Option("--place", help="行政区划代码，决定适用的地方参数；缺省按各主体所在地")
    ] = None,
    rules: Annotated[
        list[str] | None, typer.Option("--rules", help="只用这些规则，可写前缀，如 penalty.*；可多次")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="计算引擎：duckdb 或 spark")] = "duckdb",
    spark_master: Annotated[
        str | None,
        typer.Option("--spark-master", envvar="MINGJING_SPARK_MASTER", help="Spark 集群地址；缺省在本机运行"),
    ] = None,
    mapping: Annotated[str | None, typer.Option("--mapping", help="字段对照的名称或者文件")] = None,
    memory: Annotated[str, typer.Option("--memory", help="内存上限，如 1600MB")] = "1600MB",
    since: Annotated[
        Path | None, typer.Option("--since", help="接续这个结果文件夹：数据只含变化的案件和检查的全部行")
    ] = None,
    keep_state: Annotated[bool, typer.Option("--keep-state", help="保留中间结果，以便日后只查变化")] = False,
    reports: Annotated[bool, typer.Option("--reports/--no-reports", help="是否写报告")] = True,
) -> None:
    """检查导出的执法数据，写出问题清单和报告。"""
    if engine not in ("duckdb", "spark"):
        raise typer.BadParameter("计算引擎只能是 duckdb 或 spark。", param_hint="--engine")
    try:
        day = date.fromisoformat(as_of) if as_of else today()
    except ValueError as error:
        raise typer.BadParameter(f"“{as_of}”不是日期，请写成 2026-11-20 的样子。", param_hint="--as-of") from error
    if since is not None and (as_of or place or rules or engine != "duckdb"):
        raise typer.BadParameter(
            "接续上次结果时，基准日、地区、规则和引擎都以上次为准，不能另外指定。", param_hint="--since"
        )
    if keep_state and engine != "duckdb":
        raise typer.BadParameter("只有 duckdb 引擎能保留中间结果。", param_hint="--keep-state")
    if engine == "spark" and (keep_state or since is not None):
        raise typer.BadParameter("保留或者接续中间结果只能用 duckdb。", param_hint="--engine")
    line = Line()
    try:
        if since is not None:
            done = oversee_changes(
                path=path,
                since=since,
                out=out,
                mapping=mapping,
                with_reports=reports,
                issued_on=today(),
                memory_limit=memory,
                progress=line,
            )
        else:
            done = oversee_files(
                path=path,
                out=out,
                as_of=day,
                place=place,
                chosen=choose_rules(rules or ()),
                engine=engine,
                spark_master=spark_master,
                mapping=mapping,
                with_reports=reports,
                keep_state=keep_state,
                issued_on=today(),
                memory_limit=memory,
                progress=line,
            )
    except KeyboardInterrupt:
        line.end()
        print("已停止，没有留下未完成的文件。", file=sys.stderr)
        raise typer.Exit(CANCELLED) from None
    line.end()
    tallies = done.evaluation.tallies
    broken = sum(tally.broken for tally in tallies)
    judged = sum(tally.evaluated for tally in tallies)
    print(
        f"检查基准日 {done.evaluation.as_of.isoformat()}：适用规则 {judged} 条，未能检查 {len(tallies) - judged} 条，发现问题 {broken} 个。"
    )
    for tally in sorted(tallies, key=lambda one: -one.broken)[:8]:
        if tally.broken:
            print(f"  {tally.broken:>8,}  {tally.rule.title}（{tally.rule.id}）")
    for file, reason in done.reading.refused.items():
        print(f"没有读入 {file}：{reason}")
    if done.reading.problem_total:
        print(f"数据问题 {done.reading.problem_total} 处，见报告“数据问题”和 bad_rows.xlsx；其余数据照常检查。")
    print("用时：" + "，".join(f"{name} {seconds:.1f}秒" for name, seconds in done.seconds.items()))
    print(f"结果：{done.folder}")
    if done.reports is not None:
        print(f"报告：{done.reports.page}")
