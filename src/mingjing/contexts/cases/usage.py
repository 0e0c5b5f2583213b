"""How much each agency handles on the platform: what it opened, entered and entered late in a month; who did nothing is marked."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import Count, Q
from django.utils.timezone import get_current_timezone

from mingjing.contexts.accounts.access import Actor, require
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.registry.models import Agency
from mingjing.domain.procedures.library.alongside import SOFT
from mingjing.kernel.moments import add_months

SEE: Final = "cases.case.view"
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What an agency did on the platform in a month: cases opened, steps entered, steps among them entered late."""

    agency: Agency
    opened: int
    steps: int
    late: int

    @property
    def idle(self) -> bool:
        """Whether it opened no case."""
        return self.opened == 0


def use_of(actor: Actor, month: date) -> list[Use]:
    """
    Return for every agency in the actor's reach what it did in the month of a day; who opened nothing comes first.

    Source: LC-33 (行政执法办案监督平台持续推广应用); SS-38.
    """
    agencies = _agencies(actor)
    first, after = _bounds(month)
    keys = [one.pk for one in agencies]
    cases = Case.objects.filter(agency__in=keys, opened_at__gte=first, opened_at__lt=after).order_by()
    opened = dict(cases.values_list("agency").annotate(count=Count("pk")))
    entered = Event.objects.filter(case__agency__in=keys, taken_at__gte=first, taken_at__lt=after).order_by()
    counted = entered.values("case__agency").annotate(steps=Count("pk"), late=Count("pk", filter=Q(late_days__gt=0)))
    steps = {one["case__agency"]: (one["steps"], one["late"]) for one in counted}
    found = []
    for one in agencies:
        taken, late = steps.get(one.pk, (0, 0))
        found.append(Use(agency=one, opened=opened.get(one.pk, 0), steps=taken, late=late))
    return sorted(found, key=lambda one: not one.idle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Soft:
    """The measures without force of an agency, and after how many of them the party corrected by itself."""

    agency: Agency
    taken: int
    corrected: int

    @property
    def share(self) -> str:
        """The share that corrected, in percent with at most one digit; a dash where nothing was taken."""
        if not self.taken:
            return "—"
        return f"{_PERCENT * self.corrected / self.taken:.1f}".removesuffix(".0") + "%"


def soft_of(actor: Actor, first: date, last: date) -> list[Soft]:
    """
    Return for every agency in the actor's reach its measures without force from a day to a day (included).

    A party that corrected on the spot corrected by itself; a promise is none yet.

    Source: RZ-50 (提醒教育、劝导示范等柔性执法); TS-06.
    """
    agencies = _agencies(actor)
    zone = get_current_timezone()
    since, until = datetime.combine(first, time(), tzinfo=zone), datetime.combine(last, time.max, tzinfo=zone)
    taken = Event.objects.filter(type__in=[kind for kind, _ in SOFT], case__agency__in=[one.pk for one in agencies])
    counted = taken.filter(at__gte=since, at__lte=until).order_by().values("case__agency")
    found = {
        one["case__agency"]: (one["taken"], one["corrected"])
        for one in counted.annotate(taken=Count("pk"), corrected=Count("pk", filter=Q(words__corrected="yes")))
    }
    counts = [(one, *found.get(one.pk, (0, 0))) for one in agencies]
    return [Soft(agency=one, taken=taken, corrected=corrected) for one, taken, corrected in counts]


def _agencies(actor: Actor) -> list[Agency]:
    """The announced agencies of which the actor sees the cases."""
    within = require(actor, SEE).condition({Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"})
    rows = Agency.objects.filter(within, status="announced")
    return list(rows.select_related("unit").order_by("unit__path", "pk"))


def _bounds(month: date) -> tuple[datetime, datetime]:
    first = month.replace(day=1)
    zone = get_current_timezone()
    return datetime.combine(first, time(), tzinfo=zone), datetime.combine(add_months(first, 1), time(), tzinfo=zone)


def month_of(text: str, default: date) -> date:
    """Read a month (2026-03); the default where there is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return default.replace(day=1)


def day_of(text: str, default: date) -> date:
    """Read a day (2026-03-02); the default where there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default
