"""
Parameters of the law by place, domain and date: days, thresholds, ratios, caps.

No number that a provision or a plan fixes stands in code. A value is chosen in this order: the most specific place,
then the most specific domain, then the latest one that had taken effect. A day before the first value has none: the
period did not exist yet, and nobody is judged by it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.law._data import load, names
from mingjing.law.citations import Citation, cite
from mingjing.law.places import ancestry

type Value = int | float | bool | str | date | tuple[str, ...]

UNITS: Final = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
    "hour": "小时",
    "fen": "分",
    "percent": "%",
    "count": "",
    "ratio": "倍",
    "flag": "",
    "list": "",
    "date": "",
    "yearly_day": "",
    "code": "",
}


class UnknownParameterError(DomainError):
    """No parameter has this id."""

    code = "law.unknown_parameter"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """
    One value, with the document that sets it.

    ``place`` and ``domain`` say for whom it was set; ``None`` is the nation, and every domain. ``effective_from`` is
    ``None`` for a value that no instrument dates.
    """

    value: Value
    unit: str
    citation: Citation
    place: str | None
    domain: str | None
    effective_from: date | None
    note: str = ""

    @property
    def whole(self) -> int:
        """Return the value as a whole number (days, fen, percent, counts)."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"{self.value!r} is not a whole number")
        return self.value

    @property
    def number(self) -> float:
        """Return the value as a number (statistics)."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise TypeError(f"{self.value!r} is not a number")
        return float(self.value)

    @property
    def flag(self) -> bool:
        """Return the value as yes or no."""
        if not isinstance(self.value, bool):
            raise TypeError(f"{self.value!r} is not a flag")
        return self.value

    @property
    def names(self) -> tuple[str, ...]:
        """Return the value as a list of codes."""
        if not isinstance(self.value, tuple):
            raise TypeError(f"{self.value!r} is not a list")
        return self.value

    @property
    def text(self) -> str:
        """Return the value as one code."""
        if not isinstance(self.value, str):
            raise TypeError(f"{self.value!r} is not a code")
        return self.value

    @property
    def day(self) -> date:
        """Return the value as a day."""
        if not isinstance(self.value, date):
            raise TypeError(f"{self.value!r} is not a day")
        return self.value

    @property
    def label(self) -> str:
        """Write the value for a Chinese reader."""
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if isinstance(self.value, tuple):
            return "、".join(self.value) if self.value else "无"
        if self.unit == "fen":
            yuan, fen = divmod(self.whole, 100)
            return f"{yuan}.{fen:02d}元" if fen else f"{yuan}元"
        if isinstance(self.value, date):
            return self.value.isoformat()
        return f"{self.value}{UNITS[self.unit]}"


type Step = tuple[date | None, date | None, ParameterValue | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named quantity of the law, with every value it has had, anywhere."""

    id: str
    unit: str
    label: str
    description: str
    values: tuple[ParameterValue, ...]

    def at(self, on: date, place: str | None = None, domain: str | None = None) -> ParameterValue | None:
        """
        Return the value on a day at a place in a domain of enforcement; ``None`` where none had taken effect.

        :raises UnknownPlaceError: if the code of the place is not well-formed
        """
        for group in self._candidates(place, domain):
            for value in group:
                if value.effective_from is None or value.effective_from <= on:
                    return value
        return None

    def steps(self, place: str | None = None, domain: str | None = None) -> tuple[Step, ...]:
        """
        Return the value over all time as ``(from, until, value)``, half-open, in order and without gaps.

        ``None`` at either end means without limit; a ``None`` value means that none had taken effect. Neighbouring
        steps differ.

        :raises UnknownPlaceError: if the code of the place is not well-formed
        """
        groups = self._candidates(place, domain)
        changes = sorted({value.effective_from for group in groups for value in group if value.effective_from})
        starts: list[tuple[date | None, ParameterValue | None]] = [(None, self.at(date.min, place, domain))]
        for change in changes:
            value = self.at(change, place, domain)
            if value is not starts[-1][1]:
                starts.append((change, value))
        ends = [start for start, _ in starts[1:]]
        return tuple((start, end, value) for (start, value), end in zip(starts, [*ends, None], strict=True))

    def _candidates(self, place: str | None, domain: str | None) -> tuple[tuple[ParameterValue, ...], ...]:
        """Group the values that could apply, the most specific place and domain first, the latest first inside."""
        groups = []
        for code in ancestry(place):
            for field in dict.fromkeys((domain, None)):
                group = [value for value in self.values if value.place == code and value.domain == field]
                if group:
                    groups.append(tuple(sorted(group, key=_effective, reverse=True)))
        return tuple(groups)


def get(key: str) -> Parameter:
    """
    Return the parameter with this id.

    :raises UnknownParameterError: if there is none
    """
    found = parameters().get(key)
    if found is None:
        group = key.partition(".")[0]
        near = [known for known in parameters() if known.partition(".")[0] == group] or list(parameters())
        raise UnknownParameterError(f"没有编号为“{key}”的参数。可用的有：" + "、".join(near[:12]) + "。", parameter=key)
    return found


@cache
def parameters() -> dict[str, Parameter]:
    """Return every parameter by id, in the order of the data files."""
    rows = [row for name in names("parameters") for row in load(name)["parameters"]]
    known = {row["id"]: _parameter(row) for row in rows}
    if len(known) != len(rows):
        raise ValueError("two parameters share an id")
    return known


def _effective(value: ParameterValue) -> date:
    return value.effective_from or date.min


def _parameter(row: dict[str, object]) -> Parameter:
    unit, values = str(row["unit"]), row["values"]
    if unit not in UNITS or not isinstance(values, list):
        raise ValueError(f"parameter {row['id']}: unknown unit or no values")
    return Parameter(
        id=str(row["id"]),
        unit=unit,
        label=str(row["label"]),
        description=str(row.get("description", "")),
        values=tuple(_value(each, unit) for each in values),
    )


def _value(row: dict[str, object], unit: str) -> ParameterValue:
    citation = cite(str(row["citation"]))
    start = row.get("from", citation.source.in_force[0])
    value = row["value"]
    if isinstance(value, list):
        value = tuple(str(each) for each in value)
    if not (isinstance(value, int | float | str | date | tuple) and isinstance(start, date | None)):
        raise TypeError(f"value {row} has the wrong type")
    place, domain = row.get("place", citation.source.place), row.get("domain")
    return ParameterValue(
        value=value,
        unit=unit,
        citation=citation,
        place=None if place is None else str(place),
        domain=None if domain is None else str(domain),
        effective_from=start,
        note=str(row.get("note", "")),
    )
