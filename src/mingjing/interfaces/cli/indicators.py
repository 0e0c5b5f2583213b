"""``mingjing indicators``: compute, list and show, on the machine that the platform runs on."""

import json
import sys
from typing import Annotated, Any

import typer

from mingjing.interfaces.cli.platform import actor_named

app = typer.Typer(help="指标：计算、列表、查看数值。", no_args_is_help=True, rich_markup_mode=None)


@app.command("compute", help="对现行数据计算指标；缺省是全部使用中的指标。")
def compute_indicators(
    codes: Annotated[list[str] | None, typer.Argument(help="只算这些指标的编号。")] = None,
    user: Annotated[str, typer.Option("--user", help="以哪个账号的权限计算（登录名）。")] = "",
    place: Annotated[str, typer.Option("--place", help="行政区划代码；缺省按账号的权限。")] = "",
) -> None:
    """Compute as a user of the platform: with that user's permissions, in that user's name."""
    actor = actor_named(user, "indicators.value.compute")
    from django.utils import timezone

    from mingjing.contexts.indicators.usecases.base import place_of
    from mingjing.contexts.indicators.usecases.compute import compute

    snapshot = compute(
        actor=actor,
        at=timezone.now(),
        place=place or place_of(actor, "indicators.value.compute"),
        codes=codes or (),
        tell=lambda done, of, words: print(f"{done * 100 // max(of, 1):>3}% {words}", file=sys.stderr),
    )
    print(f"算出 {snapshot.values} 个数值，数据截至 {snapshot.as_of.isoformat()}，用时 {snapshot.seconds['all']} 秒。")


@app.command("list", help="列出指标和最近一期的数值。")
def list_indicators(
    user: Annotated[str, typer.Option("--user", help="以哪个账号的权限查看（登录名）。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")] = False,
) -> None:
    """Print each indicator with its headline."""
    actor = actor_named(user, "indicators.indicator.view")
    from django.utils import timezone

    from mingjing.contexts.indicators import queries
    from mingjing.domain.indicators.judging import Colour, shown

    values = queries.headlines(actor, timezone.localdate())
    rows = []
    for row in queries.indicators(actor):
        value, one = values.get(row.pk), row.definition
        rows.append(
            {
                "code": row.code,
                "title": row.title,
                "state": row.get_state_display(),
                "period": value.period if value else None,
                "value": None if value is None or value.value is None else shown(value.value),
                "unit": one.unit,
                "target": one.target_words,
                "colour": Colour(value.colour).label if value else Colour.NONE.label,
            }
        )
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for line in rows:
        told = "未评价" if line["value"] is None else f"{line['value']}{line['unit']}"
        print(
            f"{line['colour']}　{line['title']}（{line['code']}）　{told}　目标{line['target']}　{line['period'] or ''}"
        )


@app.command("show", help="查看一个指标各单位的数值。")
def show_indicator(
    code: Annotated[str, typer.Argument(help="指标编号。")],
    period: Annotated[str, typer.Option("--period", help="统计期，如 2026-10、2026Q3、2026；缺省是最近一期。")] = "",
    user: Annotated[str, typer.Option("--user", help="以哪个账号的权限查看（登录名）。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")] = False,
) -> None:
    """Print an indicator's definition and its values by unit."""
    actor = actor_named(user, "indicators.value.view")
    from django.utils import timezone

    from mingjing.contexts.indicators import queries
    from mingjing.domain.indicators.judging import Colour, shown
    from mingjing.kernel.errors import DomainError

    row = queries.indicators(actor).filter(code=code).first()
    if row is None:
        raise DomainError(f"没有“{code}”这个指标，用 mingjing indicators list 看有哪些。")
    one = row.definition
    wanted = period or queries.headline_period(one.period, timezone.localdate())
    values = list(queries.values(actor).filter(indicator=row, period=wanted).order_by("unit__path"))
    if as_json:
        told: list[dict[str, Any]] = [
            {
                "unit": value.unit.code if value.unit else None,
                "name": value.unit.name if value.unit else "全地区",
                "period": value.period,
                "value": None if value.value is None else str(value.value),
                "numerator": None if value.numerator is None else str(value.numerator),
                "denominator": None if value.denominator is None else str(value.denominator),
                "colour": value.colour,
                "words": value.words,
                "missing": value.missing,
                "provisional": value.provisional,
                "as_of": value.as_of.isoformat(),
            }
            for value in values
        ]
        print(json.dumps({"code": row.code, "title": row.title, "values": told}, ensure_ascii=False, indent=1))
        return
    print(f"{row.title}（{row.code}）　目标{one.target_words}　{one.meaning}")
    for value in values:
        name = value.unit.name if value.unit else "全地区"
        text = "未评价" if value.value is None else f"{shown(value.value)}{one.unit}"
        print(f"  {Colour(value.colour).label}　{name}　{text}　{value.words}")
    if not values:
        print(f"  {wanted} 还没有数值。")
