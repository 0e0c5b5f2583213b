"""Filters of a table: what they ask, what of the address they read, what they do to the rows, how they say it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Model, Q, QuerySet

from mingjing.contexts.ui.navigation import Viewer

type Choices = Sequence[tuple[str, str]]
type Given = Mapping[str, str]

RESERVED: Final = frozenset({"q", "sort", "page", "size", "columns", "export", "view", "act", "key", "all", "reason"})
"""Names in the address that are the table's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A filter as the form shows it: its parts with their names, kinds, labels and what is chosen."""

    name: str
    label: str
    kind: str
    value: str = ""
    choices: Choices = ()
    hint: str = ""
    none: str = "全部"
    """What choosing nothing is called; empty: something is always chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(ABC):
    """
    A question about the rows, answered in the address under ``name``.

    A ``quiet`` one stands in no form: links from elsewhere use it, and it shows as a condition that can be taken away.
    """

    name: str
    label: str
    quiet: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the address that the filter reads."""
        return (self.name,)

    @abstractmethod
    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows; an answer that cannot be meant limits nothing."""

    @abstractmethod
    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""

    @abstractmethod
    def words(self, given: Given, viewer: Viewer) -> str:
        """Say in words what is chosen; empty if nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFilter(Filter):
    """Rows in which one of the fields contains the words; ``lookup`` may be ``startswith`` where an index helps."""

    fields: Sequence[str]
    lookup: str = "icontains"
    hint: str = ""

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows."""
        text = given.get(self.name, "").strip()
        if not text:
            return rows
        found = Q()
        for field in self.fields:
            found |= Q(**{f"{field}__{self.lookup}": text})
        return rows.filter(found)

    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""
        return [Asked(name=self.name, label=self.label, kind="text", value=given.get(self.name, ""), hint=self.hint)]

    def words(self, given: Given, viewer: Viewer) -> str:
        """Say what is chosen."""
        text = given.get(self.name, "").strip()
        return f"{self.label}含“{text}”" if text else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFilter(Filter):
    """
    Rows with one of some values.

    ``choices`` are pairs of value and label, or a function of the viewer that returns them. ``field`` is compared with
    the value (``status``, ``unit__code``), unless ``condition`` makes a ``Q`` of it. Where there are more values than a
    form can offer, ``label_of`` names one of the others (empty: there is none such), so that an address may hold it.
    """

    choices: Choices | Callable[[Viewer], Choices]
    field: str = ""
    condition: Callable[[str], Q] | None = None
    label_of: Callable[[str], str] | None = None

    def known(self, viewer: Viewer) -> dict[str, str]:
        """Return the choices that the viewer has."""
        return dict(self.choices(viewer) if callable(self.choices) else self.choices)

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows."""
        value = given.get(self.name, "")
        if not self._label(value, viewer):
            return rows
        return rows.filter(self.condition(value) if self.condition else Q(**{self.field or self.name: value}))

    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""
        choices = tuple(self.known(viewer).items())
        return [Asked(name=self.name, label=self.label, kind="choice", value=given.get(self.name, ""), choices=choices)]

    def words(self, given: Given, viewer: Viewer) -> str:
        """Say what is chosen."""
        label = self._label(given.get(self.name, ""), viewer)
        return f"{self.label}：{label}" if label else ""

    def _label(self, value: str, viewer: Viewer) -> str:
        if not value:
            return ""
        return self.known(viewer).get(value) or (self.label_of(value) if self.label_of else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFilter(Filter):
    """Rows of some days, the last one included: ``name_from`` and ``name_to`` in the address."""

    field: str
    moment: bool = False
    """The field holds a moment, not a day."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the address that the filter reads."""
        return (f"{self.name}_from", f"{self.name}_to")

    def _days(self, given: Given) -> tuple[date | None, date | None]:
        first, last = (_day(given.get(name, "")) for name in self.parameters)
        return first, last

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows."""
        first, last = self._days(given)
        part = f"{self.field}__date" if self.moment else self.field
        if first:
            rows = rows.filter(**{f"{part}__gte": first})
        return rows.filter(**{f"{part}__lt": last + timedelta(days=1)}) if last else rows

    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""
        first, last = self.parameters
        return [
            Asked(name=first, label=f"{self.label}从", kind="date", value=given.get(first, "")),
            Asked(name=last, label=f"{self.label}到", kind="date", value=given.get(last, "")),
        ]

    def words(self, given: Given, viewer: Viewer) -> str:
        """Say what is chosen."""
        first, last = self._days(given)
        if first and last:
            return f"{self.label} {first} 至 {last}"
        if first:
            return f"{self.label} {first} 起"
        return f"{self.label}到 {last}" if last else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFilter(Filter):
    """Rows of which something is true; ``condition`` says what, or makes it of today (a function without arguments)."""

    condition: Q | Callable[[], Q]

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows."""
        if given.get(self.name) != "1":
            return rows
        return rows.filter(self.condition() if callable(self.condition) else self.condition)

    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""
        return [Asked(name=self.name, label=self.label, kind="flag", value=given.get(self.name, ""))]

    def words(self, given: Given, viewer: Viewer) -> str:
        """Say what is chosen."""
        return self.label if given.get(self.name) == "1" else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
