"""``mingjing cases``: import, export, dossiers and packages, on the machine that the platform runs on."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mingjing.interfaces.cli.platform import actor_named, set_up_django

app = typer.Typer(help="案件：导入、导出事实、立卷归档、交换包。", no_args_is_help=True, rich_markup_mode=None)

_User = Annotated[str, typer.Option("--user", help="以哪个账号的权限办理（登录名）。")]


CONFIDENTIAL = "导出的文件含限制知悉的事项，据此评估的结果也限制知悉：只在知悉范围内保存和使用，用后删除。"


def case_export(*, confidential: bool, user: str, reason: str) -> Callable[[Path, datetime | None], dict[str, int]]:
    """
    Return what exports cases: to whoever works on this machine, or with what few may know in the name of one who may.

    :raises DomainError: if who exports what few may know is not named
    """
    if not confidential:
        set_up_django()
        from mingjing.contexts.cases.usecases.export_facts import export_cases as plain

        return lambda out, since: plain(out, changed_since=since)
    from mingjing.kernel.errors import DomainError

    if not user:
        raise DomainError("导出限制知悉的事项，请用 --user 写明以谁的权限导出。")
    actor = actor_named(user, "cases.case.confide")
    from django.utils import timezone

    from mingjing.contexts.cases.usecases.export_facts import export_confidential

    return lambda out, since: export_confidential(
        actor=actor, at=timezone.now(), folder=out, reason=reason, changed_since=since
    )


@app.command("import", help="导入其他系统办理的案件：文件、文件夹或者压缩包。")
def import_cases(
    path: Annotated[Path, typer.Argument(help="CSV、XLSX、Parquet 等，按数据标准的表和列。", exists=True)],
    user: _User = "",
    refused: Annotated[Path | None, typer.Option("--refused", help="没有导入的案件和原因写到这个 XLSX。")] = None,
) -> None:
    """Take cases in; what cannot be taken is told case by case, and the others go on."""
    actor = actor_named(user, "cases.case.import")
    from django.utils import timezone

    from mingjing.contexts.cases.usecases.taking_in import refused_book, take_in

    made = take_in(
        actor=actor,
        at=timezone.now(),
        path=path,
        tell=lambda done, of, words: print(f"{done * 100 // max(of, 1):>3}% {words}", file=sys.stderr),
    )
    print(made.words)
    for code, why in made.cases.refused:
        print(f"  未导入 {code}：{why}")
    if refused is not None and made.cases.refused:
        refused.write_bytes(refused_book(made.cases))


@app.command("export", help="把全部案件按数据标准导出为 Parquet，供监督分析。")
def export_cases(
    out: Annotated[Path, typer.Argument(help="写到这个文件夹。")],
    since: Annotated[str, typer.Option("--since", help="只要此后有变动的案件，如 2026-11-20T08:00。")] = "",
    confidential: Annotated[
        bool,
        typer.Option("--confidential", help="连同限制知悉的事项（职务违法线索及其移送），须写 --user 和 --reason。"),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="导出限制知悉事项的用途，记入日志。")] = "",
    user: _User = "",
) -> None:
    """Write the facts of all cases, or of those that changed."""
    export = case_export(confidential=confidential, user=user, reason=reason)
    from django.utils import timezone

    from mingjing.kernel.errors import DomainError

    try:
        moment = datetime.fromisoformat(since) if since else None
    except ValueError as error:
        raise DomainError(f"“{since}”不是时间，请写成 2026-11-20T08:00 的形式。") from error
    if moment is not None and timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    out.mkdir(parents=True, exist_ok=True)
    for table, count in export(out, moment).items():
        print(f"{table}　{count} 行")
    if confidential:
        print(CONFIDENTIAL)


@app.command("dossier", help="查看案卷还缺什么；加 --archive 立卷归档，加 --out 取出 PDF。")
def dossier(
    code: Annotated[str, typer.Argument(help="案件编码。")],
    archive: Annotated[bool, typer.Option("--archive", help="立卷归档。")] = False,
    reason: Annotated[str, typer.Option("--reason", help="不能补正的原因。")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="案卷 PDF 写到这个文件。")] = None,
    user: _User = "",
) -> None:
    """Tell what a dossier lacks, bind it, write its file."""
    actor = actor_named(user, "cases.step.archive" if archive else "cases.case.view")
    from django.core.files.storage import default_storage
    from django.utils import timezone

    from mingjing.contexts.cases.models import Dossier
    from mingjing.contexts.cases.usecases import dossier as dossiers
    from mingjing.contexts.cases.usecases.base import access_case

    now = timezone.now()
    row = access_case(actor, code)
    if archive:
        dossiers.archive(actor=actor, at=now, case=code, reason=reason)
    made = Dossier.objects.filter(case=row).first()
    if made is None:
        lacks = dossiers.lacking(row, on=timezone.localdate(now))
        print(f"还没有立卷，{f'{len(lacks)} 处需要补正：' if lacks else '可以立卷。'}")
        for one in lacks:
            print(f"  {one.what}　{one.remedy}　{one.basis}".rstrip())
        return
    kept = f"保管至 {made.kept_until}" if made.kept_until else "永久保管"
    print(f"案卷 {made.pages} 页，{kept}，SHA-256 {made.sha256}")
    if out is not None:
        read = dossiers.read_dossier(actor=actor, at=now, case=code)
        with default_storage.open(read.file) as kept_file:
            out.write_bytes(kept_file.read())


@app.command("pack", help="导出一件案件的交换包。")
def pack(
    code: Annotated[str, typer.Argument(help="案件编码。")],
    out: Annotated[Path, typer.Argument(help="ZIP 写到这个文件。")],
    reason: Annotated[str, typer.Option("--reason", help="用途和接收单位。")] = "",
    user: _User = "",
) -> None:
    """Pack a case for another system."""
    actor = actor_named(user, "cases.case.export")
    from django.utils import timezone

    from mingjing.contexts.cases.usecases.exchange import pack_case

    data = pack_case(actor=actor, at=timezone.now(), case=code, reason=reason)
    out.write_bytes(data)
    print(f"已导出 {out}（{len(data)} 字节）。")


@app.command("check", help="核验交换包：签名、目录、每个文件的摘要。")
def check(
    package: Annotated[Path, typer.Argument(help="交换包 ZIP。", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")] = False,
) -> None:
    """Check a package; nothing is taken in."""
    set_up_django()
    from mingjing.contexts.cases.usecases.exchange import check_package

    found = check_package(package.read_bytes())
    told: dict[str, Any] = {"signed_by": found.signed_by, "cases": list(found.cases), "files": found.files}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"核验通过：案件 {'、'.join(found.cases)}，{found.files} 个文件的摘要全部相符。")
    print(f"签发密钥：{found.signed_by}（请与签发单位公布的密钥核对）")


@app.command("take", help="核验并接收交换包。")
def take(
    package: Annotated[Path, typer.Argument(help="交换包 ZIP。", exists=True, dir_okay=False)],
    user: _User = "",
) -> None:
    """Check a package and take its case in."""
    actor = actor_named(user, "cases.case.import")
    from django.utils import timezone

    from mingjing.contexts.cases.usecases.exchange import take_package

    checked, made = take_package(actor=actor, at=timezone.now(), data=package.read_bytes())
    print(f"核验通过，签发密钥 {checked.signed_by}。接收 {made.taken} 件，此前已有 {made.known} 件。")
    for code, why in made.refused:
        print(f"  未接收 {code}：{why}")
    if made.refused:
        raise typer.Exit(1)
