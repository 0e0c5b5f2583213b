"""
What the platform says beside a task that it cannot do itself: people decide on staffing (LC-27, RZ-80) and on money (TS-66).

The figures are those of the registers on the day, within what the viewer may see; the task is shown done by what is
uploaded.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.cases.models import Case
from mingjing.contexts.indicators import queries as indicators
from mingjing.contexts.plans.models import Material, MaterialState, Task
from mingjing.contexts.registry.models import Credential, Officer

_STAFFING: Final = re.compile(r"执法力量|人员编制|编制.{0,10}倾斜|梯次|队伍结构|年龄结构|一线执法岗位")
_MONEY: Final = re.compile(r"经费|预算")
# the lines of the budget, each with the indicator whose numerator or denominator is its volume
_VOLUMES: Final = (
    ("案卷评查", "评查案卷（卷）", "media-in-reviewed-files", "denominator"),
    ("涉企监督", "入企检查（次）", "visits-per-enterprise", "numerator"),
    ("抽考比武", "抽考人员（人）", "exam-coverage", "numerator"),
)
_BANDS: Final = ((35, "35岁及以下"), (45, "36至45岁"), (55, "46至55岁"), (200, "56岁及以上"))
_UNKNOWN: Final = "没有登记"
_NO_DATA: Final = "没有数据"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporting:
    """A table of figures that stands beside a task: its title, heads and rows."""

    title: str
    heads: Sequence[str]
    note: str = ""
    rows: Sequence[Sequence[str | int]]


def supporting(actor: Actor, task: Task, today: date) -> list[Supporting]:
    """Return the figures that belong to a task by its words; none where the viewer may see no register."""
    words = f"{task.title}{task.text}"
    found = [_volumes(actor, task, today)] if _MONEY.search(words) else []
    if _STAFFING.search(words) and actor.may("registry.officer.view"):
        found += _staffing(actor, task, today)
    return found


def _volumes(actor: Actor, task: Task, today: date) -> Supporting:
    """What is to be paid for: the volume of each line of the budget in the year and the one before, and the change."""
    year = task.due_on.year if task.due_on else today.year
    years = (year - 1, year)
    place = task.plan.place
    lines: list[tuple[str, tuple[int | None, int | None]]] = []
    if actor.may("registry.officer.view"):
        cards = visible(Credential.objects.all(), actor, "registry.officer.view")
        counts = Counter(cards.filter(issued_on__year__in=years).values_list("issued_on__year", flat=True))
        lines.append(("执法证件管理：制发证件（个）", (counts[year - 1], counts[year])))
    codes = [code for _, _, code, _ in _VOLUMES]
    rows = (
        list(
            indicators.values(actor).filter(
                indicator__code__in=codes, place=place, unit__isnull=True, ends_on__year__in=years, value__isnull=False
            )
        )
        if actor.may("indicators.value.view")
        else []
    )
    for name, what, code, part in _VOLUMES:
        told = [(row.ends_on.year, getattr(row, part)) for row in rows if row.indicator.code == code]
        sums = [[number for of, number in told if of == each and number is not None] for each in years]
        before, now = (int(sum(each)) if each else None for each in sums)
        lines.append((f"{name}：{what}", (before, now)))
    covered = Material.objects.filter(task=task, year=year, state=MaterialState.ACCEPTED).exists()
    return Supporting(
        title="各项经费的业务量",
        note=f"{year}年预算文件{'已经确认' if covered else '还没有确认'}",
        heads=("经费项目", f"{years[0]}年", f"{years[1]}年", "增减"),
        rows=[(name, *(_NO_DATA if one is None else one for one in pair), _change(*pair)) for name, pair in lines],
    )


def _change(before: int | None, now: int | None) -> str:
    return _NO_DATA if before is None or now is None else f"{now - before:+d}"


def _staffing(actor: Actor, task: Task, today: date) -> list[Supporting]:
    units = _units(task)
    there = Q(left_on__isnull=True) | Q(left_on__gt=today)
    officers = visible(Officer.objects.filter(there, category="officer"), actor, "registry.officer.view")
    people = list(officers.select_related("unit"))
    cases = Case.objects.filter(opened_at__year=today.year)
    opened = (
        list(visible(cases, actor, "cases.case.view").select_related("unit")) if actor.may("cases.case.view") else []
    )
    rows = []
    mine: list[Officer] = []
    for unit in units:
        own = [one for one in people if one.unit.path.startswith(unit.path)]
        mine += own
        count = sum(1 for one in opened if one.unit.path.startswith(unit.path))
        rows.append((unit.name, len(own), sum(1 for one in own if one.is_front_line), count))
    return [
        Supporting(
            title="执法力量和办案量", heads=("单位", "在岗执法人员", "其中一线", f"{today.year}年立案"), rows=rows
        ),
        _structure("年龄结构", "年龄", Counter(_band(one, today) for one in mine), [name for _, name in _BANDS]),
        _structure("职级结构", "职级", Counter(one.rank or _UNKNOWN for one in mine), []),
    ]


def _units(task: Task) -> list[Unit]:
    """The units that take part; where the plan names none, all agencies and towns of the place."""
    named = Unit.objects.filter(pk__in=task.parts.values("unit"))
    if named.exists():
        return list(named.order_by("path"))
    kinds = (UnitKind.AGENCY, UnitKind.TOWN)
    return list(Unit.objects.filter(place__startswith=task.plan.place, valid_to=None, kind__in=kinds).order_by("path"))


def _band(one: Officer, today: date) -> str:
    if one.birth_year is None:
        return _UNKNOWN
    return next(name for most, name in _BANDS if today.year - one.birth_year <= most)


def _structure(title: str, head: str, counts: Counter[str], order: Sequence[str]) -> Supporting:
    names = [name for name in order if name in counts]
    names += sorted(
        (name for name in counts if name not in order), key=lambda name: (name == _UNKNOWN, -counts[name], name)
    )
    return Supporting(title=title, heads=(head, "人数"), rows=[(name, counts[name]) for name in names])
