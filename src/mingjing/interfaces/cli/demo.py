"""``mingjing demo``: make a district to try everything on."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from mingjing.contexts.demo.usecases import generate_demo

app = typer.Typer(help="演示：虚构一个县的执法事实，或者建一个可以登录试用的演示地方。", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """演示：虚构一个县的执法事实，或者建一个可以登录试用的演示地方。"""


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="写入的文件夹，没有则新建。", metavar="文件夹")],
    cases: Annotated[int, typer.Option(help="案件数。", min=1)] = 20_000,
    seed: Annotated[int, typer.Option(help="随机种子；同一种子得到同样的数据。", min=0)] = 1,
    as_of: Annotated[datetime, typer.Option(help="数据截止日。", formats=["%Y-%m-%d"])] = datetime(2026, 11, 20),
    violations: Annotated[float, typer.Option(help="每类对象中有意违法的比例。")] = 0.02,
) -> None:
    """生成一套执法事实（标准 Parquet）和有意埋入的违法清单 truth.parquet。"""
    report = generate_demo(
        out_dir=folder,
        cases=cases,
        seed=seed,
        as_of=date(as_of.year, as_of.month, as_of.day),
        violations=violations,
        progress=lambda done, wanted: typer.echo(f"\r已生成 {done}/{wanted} 个县", nl=done == wanted, err=True),
    )
    rows, planted = report.rows, report.planted
    typer.echo(f"已写入 {folder}：案件 {rows['cases']} 件，环节 {rows['events']} 个，检查 {rows['inspections']} 次。")
    typer.echo(f"有意埋入违法 {sum(planted.values())} 处，涉及 {len(planted)} 条规则，清单见 truth.parquet。")
    typer.echo(f"评估：mingjing oversee {folder} --place {report.place} --as-of {report.as_of.isoformat()}")


@app.command()
def place() -> None:
    """在 MINGJING_HOME 建一个可以登录试用的演示县（已建好就只列出账号），列出每个角色的登录名和口令。"""
    from mingjing.interfaces.cli.platform import set_up_django

    set_up_django()
    from mingjing.contexts.demo.usecases.make_place import make_place, sign_ins

    made = make_place(tell=lambda words: typer.echo(f"  {words}"))
    rows = [
        ("角色", "登录名", "姓名", "单位"),
        *((one.role_name, one.username, one.name, one.unit) for one in sign_ins()),
    ]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    typer.echo("")
    for row in rows:
        padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=False))
        typer.echo(f"  {'  '.join(padded)}  {row[3]}")
    typer.echo(f"\n  所有演示账号的口令：{made.password}\n")


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes: two for a Chinese character."""
    return sum(1 + (ord(letter) > 0x2E80) for letter in text)
