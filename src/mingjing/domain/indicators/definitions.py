"""
The definition of an indicator, as data: what is divided by what, from which source, against which target, on what basis.

It is loaded from YAML or typed on a page; :func:`definition_of` reads both. Sources:

- ``rule``: the share of a rule's subjects that hold, or the number of its findings;
- ``facts``: one or two aggregates over the facts (:mod:`mingjing.domain.indicators.aggregates`);
- ``register``: a count that a room offers by name;
- ``reported``: a figure that units or the justice bureau enter with evidence, checked before it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from mingjing.domain.indicators.aggregates import Aggregate, Measure, aggregate_data, aggregate_of
from mingjing.domain.indicators.judging import Comparison, Form, Target, shown
from mingjing.domain.indicators.periods import PeriodKind
from mingjing.kernel.errors import DomainError

KNOWN: Final = frozenset(
    "code title meaning numerator denominator unit target direction period source responsible citation plan category "
    "remarks evidence words scope".split()
)
_LONGEST: Final = 500


class DefinitionError(DomainError):
    """A definition that does not hold together."""

    code = "indicators.definition"


class Direction(StrEnum):
    """Which way is better; ``NEITHER`` where a figure only informs."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"up": "越高越好", "down": "越低越好", "neither": "不分高低"}[self.value]


class SourceKind(StrEnum):
    """Where the figure comes from."""

    RULE = "rule"
    FACTS = "facts"
    REGISTER = "register"
    REPORTED = "reported"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"rule": "规则检查结果", "facts": "执法数据统计", "register": "台账统计", "reported": "单位填报"}[
            self.value
        ]


class Reporter(StrEnum):
    """Who enters a reported figure: each unit its own, or the justice bureau for all."""

    UNITS = "units"
    KEEPER = "keeper"


class Shape(StrEnum):
    """What a reported figure is made of: one number, two numbers, or a list of which lines are done."""

    NUMBER = "number"
    FRACTION = "fraction"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSource:
    """A rule's result: the share that holds, or how many were found broken."""

    rule: str
    counts_findings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsSource:
    """One aggregate, or two that make a figure."""

    numerator: Aggregate
    denominator: Aggregate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSource:
    """A count that a room offers by name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSource:
    """A figure with evidence; ``due_days``: so many days after the period it is to be in."""

    reporter: Reporter = Reporter.UNITS
    shape: Shape = Shape.FRACTION
    evidence: bool = True
    due_days: int = 10


type Source = RuleSource | FactsSource | RegisterSource | ReportedSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """
    An indicator as it is defined.

    ``unit_kinds`` narrows the units it speaks of (empty: all); ``place_only`` has one figure for the whole place,
    ``units_only`` none: what each must do says nothing when it is summed up.
    """

    code: str
    title: str
    meaning: str
    numerator: str
    denominator: str
    form: Form
    unit: str
    target: Target
    direction: Direction
    period: PeriodKind
    source: Source
    responsible: str = ""
    citation: tuple[str, ...] = ()
    plan: str = ""
    category: str = ""
    remarks: str = ""
    evidence: str = ""
    words: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    place_only: bool = False
    units_only: bool = False
    data: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def source_kind(self) -> SourceKind:
        """Where the figure comes from."""
        return SOURCE_KINDS[type(self.source)]

    @property
    def target_words(self) -> str:
        """The target for the reader."""
        if self.target.value is None:
            return self.target.comparison.label
        return f"{self.target.comparison.label}{shown(self.target.value)}{self.unit}"


SOURCE_KINDS: Final[Mapping[type, SourceKind]] = {
    RuleSource: SourceKind.RULE,
    FactsSource: SourceKind.FACTS,
    RegisterSource: SourceKind.REGISTER,
    ReportedSource: SourceKind.REPORTED,
}


def definition_of(data: Mapping[str, Any]) -> Definition:
    """
    Read a definition.

    :raises DefinitionError: if something lacks or contradicts
    :raises AggregateError: if a declared aggregate is none
    """
    if unknown := sorted(set(map(str, data)) - KNOWN):
        raise DefinitionError(f"指标定义里有不认识的写法：{'、'.join(unknown)}。")
    source, form = _source(_mapping(data.get("source"), "数据来源"))
    code, title = _text(data, "code", 40), _text(data, "title", 100)
    if not code or not title:
        raise DefinitionError("指标要有编号和名称。")
    target = _target(_mapping(data.get("target"), "目标"))
    direction = _choice(Direction, data.get("direction", _direction_of(target)), "方向")
    _require_direction(target, direction)
    unit = _text(data, "unit", 16) or ("%" if form is Form.PERCENT else "")
    if form is Form.PERCENT and unit != "%":
        raise DefinitionError("占比的单位是 %。")
    scope = _mapping(data.get("scope", {}), "适用范围")
    if scope.get("place_only") is True and scope.get("units_only") is True:
        raise DefinitionError("适用范围不能既只算全地区又只算各单位。")
    return Definition(
        code=code,
        title=title,
        meaning=_text(data, "meaning", _LONGEST),
        numerator=_text(data, "numerator", 200),
        denominator=_text(data, "denominator", 200),
        form=form,
        unit=unit,
        target=target,
        direction=direction,
        period=_choice(PeriodKind, data.get("period", "year"), "统计周期"),
        source=source,
        responsible=_text(data, "responsible", 100),
        citation=_texts(data.get("citation")),
        plan=_text(data, "plan", 300),
        category=_text(data, "category", 32),
        remarks=_text(data, "remarks", _LONGEST),
        evidence=_text(data, "evidence", 300),
        words=_texts(data.get("words")),
        unit_kinds=_texts(scope.get("unit_kinds")),
        place_only=scope.get("place_only") is True,
        units_only=scope.get("units_only") is True,
        data=dict(data),
    )


def definition_data(one: Definition) -> dict[str, Any]:
    """Write a definition as :func:`definition_of` reads it."""
    target: dict[str, Any] = {"comparison": str(one.target.comparison)}
    for name in ("value", "near", "least"):
        value = getattr(one.target, name)
        if value:
            target[name] = str(value)
    if one.target.value is not None:
        target["value"] = str(one.target.value)
    if one.target.accrues:
        target["accrues"] = True
    made: dict[str, Any] = {
        "code": one.code,
        "title": one.title,
        "unit": one.unit,
        "target": target,
        "direction": str(one.direction),
        "period": str(one.period),
        "source": source_data(one),
    }
    for name in ("meaning", "numerator", "denominator", "responsible", "plan", "category", "remarks", "evidence"):
        if value := getattr(one, name):
            made[name] = value
    for name in ("citation", "words"):
        if value := getattr(one, name):
            made[name] = list(value)
    scope: dict[str, Any] = {"unit_kinds": list(one.unit_kinds)} if one.unit_kinds else {}
    for name in ("place_only", "units_only"):
        if getattr(one, name):
            scope[name] = True
    if scope:
        made["scope"] = scope
    return made


def source_data(one: Definition) -> dict[str, Any]:
    """Write the source alone."""
    match one.source:
        case RuleSource():
            made: dict[str, Any] = {"rule": one.source.rule}
            return made | ({"counts": "findings"} if one.source.counts_findings else {})
        case FactsSource():
            made = {"facts": aggregate_data(one.source.numerator)}
            if one.source.denominator is not None:
                made |= {"per": aggregate_data(one.source.denominator), "form": str(one.form)}
            return made
        case RegisterSource():
            return {"register": one.source.name, "form": str(one.form)}
        case ReportedSource():
            return {
                "reported": str(one.source.shape),
                "by": str(one.source.reporter),
                "evidence": one.source.evidence,
                "due_days": one.source.due_days,
            } | ({"form": str(one.form)} if one.source.shape is Shape.FRACTION else {})


def _source(data: Mapping[str, Any]) -> tuple[Source, Form]:
    kinds = [one for one in SourceKind if str(one) in data]
    if len(kinds) != 1:
        raise DefinitionError("数据来源要写明一种：rule、facts、register 或者 reported。")
    match kinds[0]:
        case SourceKind.RULE:
            findings = data.get("counts") == "findings"
            rule = RuleSource(rule=_text(data, "rule", 100), counts_findings=findings)
            return rule, Form.NUMBER if findings else Form.PERCENT
        case SourceKind.FACTS:
            return _facts(data)
        case SourceKind.REGISTER:
            form = _choice(Form, data.get("form", "number"), "数值形式")
            return RegisterSource(name=_text(data, "register", 64)), form
        case SourceKind.REPORTED:
            return _reported(data)


def _facts(data: Mapping[str, Any]) -> tuple[Source, Form]:
    numerator = aggregate_of(_mapping(data["facts"], "统计口径"))
    below = aggregate_of(_mapping(data["per"], "统计口径")) if "per" in data else None
    if Measure.SHARE in (numerator.measure, below.measure if below else None):
        if below is not None:
            raise DefinitionError("占比自带分母，不再另写分母。")
        return FactsSource(numerator=numerator), Form.PERCENT
    if below is None:
        return FactsSource(numerator=numerator), Form.NUMBER
    form = _choice(Form, data.get("form", "percent"), "数值形式")
    if form is Form.NUMBER:
        raise DefinitionError("写了分母，数值形式就不是单个数值。")
    if Measure.MEDIAN in (numerator.measure, below.measure):
        raise DefinitionError("中位数不能再作分子或者分母。")
    return FactsSource(numerator=numerator, denominator=below), form


def _reported(data: Mapping[str, Any]) -> tuple[Source, Form]:
    shape = _choice(Shape, data["reported"], "填报形式")
    due = data.get("due_days", 10)
    if not isinstance(due, int) or isinstance(due, bool) or not 0 <= due <= 120:
        raise DefinitionError("填报期限是期末后0至120日。")
    source = ReportedSource(
        reporter=_choice(Reporter, data.get("by", "units"), "填报人"),
        shape=shape,
        evidence=data.get("evidence", True) is not False,
        due_days=due,
    )
    if shape is Shape.NUMBER:
        return source, Form.NUMBER
    form = Form.PERCENT if shape is Shape.LIST else _choice(Form, data.get("form", "percent"), "数值形式")
    return source, form


def _target(data: Mapping[str, Any]) -> Target:
    if unknown := sorted(set(map(str, data)) - {"comparison", "value", "near", "least", "accrues"}):
        raise DefinitionError(f"目标里有不认识的写法：{'、'.join(unknown)}。")
    comparison = _choice(Comparison, data.get("comparison"), "目标")
    value = _number(data["value"]) if data.get("value") is not None else None
    absolute = not comparison.is_relative and comparison is not Comparison.WATCHED
    if absolute != (value is not None):
        raise DefinitionError("不低于、不高于、等于要写目标值；与上年同期、平均相比和只作观察的不写。")
    near, least = (_number(data.get(name, 0)) for name in ("near", "least"))
    if near < 0 or least < 0:
        raise DefinitionError("接近的范围和最小分母不能是负数。")
    return Target(comparison=comparison, value=value, near=near, least=least, accrues=data.get("accrues") is True)


def _direction_of(target: Target) -> str:
    if target.comparison in (Comparison.AT_LEAST, Comparison.ABOVE_LAST_YEAR):
        return "up"
    if target.comparison in (Comparison.AT_MOST, Comparison.BELOW_LAST_YEAR, Comparison.AT_MOST_AVERAGE):
        return "down"
    return "neither"


def _require_direction(target: Target, direction: Direction) -> None:
    implied = _direction_of(target)
    if implied != "neither" and str(direction) not in (implied, "neither"):
        raise DefinitionError(f"目标“{target.comparison.label}”与方向“{direction.label}”相反。")


def _mapping(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise DefinitionError(f"没有写明{what}，或者写法不对。")
    return data


def _text(data: Mapping[str, Any], key: str, most: int) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise DefinitionError(f"“{key}”应当是文字。")
    if len(value) > most:
        raise DefinitionError(f"“{key}”不超过{most}字。")
    return value.strip()


def _texts(data: object) -> tuple[str, ...]:
    if data is None:
        return ()
    if isinstance(data, str):
        return (data,)
    if not isinstance(data, list | tuple):
        raise DefinitionError("应当是一列文字。")
    return tuple(str(one) for one in data)


def _number(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise DefinitionError(f"“{value}”不是数。") from error
    if isinstance(value, bool) or not number.is_finite():
        raise DefinitionError(f"“{value}”不是数。")
    return number


def _choice[E: StrEnum](kind: type[E], value: object, what: str) -> E:
    try:
        return kind(str(value))
    except ValueError as error:
        raise DefinitionError(f"{what}“{value}”不认识，可以写：{'、'.join(str(one) for one in kind)}。") from error
