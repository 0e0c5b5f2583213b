"""From a template and the facts to the blocks of a report."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any, Final

import yaml

from mingjing.contexts.reporting.facts import Facts
from mingjing.contexts.reporting.measures import STANDINGS, UNIT_MEASURES, fields_of, periods_of, stocks_of, units_of
from mingjing.domain.reports.blocks import Block, BlockKind

MOST_TASKS: Final = 200


@cache
def templates() -> Mapping[str, Any]:
    """Return the templates by kind of report."""
    text = files("mingjing.contexts.reporting").joinpath("data", "templates.yaml").read_text("utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def collections() -> Mapping[str, Any]:
    """Return what units are asked to send in, by kind."""
    text = files("mingjing.contexts.reporting").joinpath("data", "collections.yaml").read_text("utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


def words(text: str, **given: str) -> str:
    """Put names into words; what is not given stays."""
    return Template(text).safe_substitute(given)


def chinese_day(day: date) -> str:
    """Write a day as documents do."""
    return f"{day.year}年{day.month}月{day.day}日"


def blocks_of(kind: str, facts: Facts, *, place: str, plan: str, period: str, indicators: Block | None) -> list[Block]:
    """Return the blocks of a report of this kind."""
    late = list(dict.fromkeys(row["unit"] for row in facts.rows("owed", state="missing")))
    given = {
        "place": place, "plan": plan, "period": period, "as_of": chinese_day(facts.as_of),
        "late": "、".join(late) or "无",
    }  # fmt: skip
    found: list[Block] = []
    for one in templates()[kind]["blocks"]:
        if "heading" in one:
            found.append(Block(kind=BlockKind.HEADING, text=one["heading"]))
        elif "paragraph" in one:
            found.append(Block(kind=BlockKind.PARAGRAPH, text=words(one["paragraph"], **given)))
        elif "chart" in one:
            found.append(_standings(facts))
        elif one["table"] == "indicators":
            found += [indicators] if indicators is not None else []
        else:
            found += _tables(one["table"], facts)
    return found


def _standings(facts: Facts) -> Block:
    there = [code for code in STANDINGS if facts.rows("tasks", standing=code)]
    rows = tuple((STANDINGS[code], f"{{tasks.{code}}}") for code in there)
    return Block(kind=BlockKind.CHART, title="任务状态（项）", columns=("状态", "任务"), rows=rows)


def _tables(name: str, facts: Facts) -> Iterator[Block]:
    if name == "units":
        columns = ("单位", *(one.label for one in UNIT_MEASURES.values()))
        rows = tuple(
            (unit, *(f"{{unit-{at}.{code}}}" for code in UNIT_MEASURES)) for at, unit in enumerate(units_of(facts))
        )
        if rows:
            yield Block(kind=BlockKind.TABLE, title="各单位任务和报送情况", columns=columns, rows=rows)
    elif name == "sums":
        fields, periods = fields_of(facts), periods_of(facts)
        if fields:
            columns = ("项目", *periods, "合计或期末" if stocks_of(facts) else "合计")
            rows = tuple(
                (
                    f"{label}（期末数）" if code in stocks_of(facts) else label,
                    *(f"{{sum.{code}.{period}}}" for period in periods),
                    f"{{sum.{code}}}",
                )
                for code, label in fields.items()
            )
            yield Block(kind=BlockKind.TABLE, title="执法情况月报汇总", columns=columns, rows=rows)
    else:
        wanted = facts.rows("tasks", standing="overdue") if name == "overdue" else list(facts.tables["tasks"])
        title = "已超期的任务" if name == "overdue" else "任务逐项情况"
        rows = tuple(
            (
                row["no"], row["title"], "；".join(part for part in (row["lead"], row["units"]) if part),
                row["due_on"] or "—", STANDINGS.get(row["standing"], row["standing"]),
            )
            for row in wanted[:MOST_TASKS]
        )  # fmt: skip
        if rows:
            columns = ("序号", "任务", "责任单位", "时限", "状态")
            yield Block(kind=BlockKind.TABLE, title=title, columns=columns, rows=rows)
