"""What pages, the API and the rooms above read of cases. Lists go through ``visible``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.cases import frozen
from mingjing.contexts.cases.models import Case, Draft, DraftState, Event, Handler, Participant
from mingjing.contexts.catalog.models import Instrument, Provision
from mingjing.contexts.registry import frozen as registers
from mingjing.contexts.registry.models import Officer
from mingjing.domain.procedures.clocks import Clock, clocks, nearest
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.procedures.model import Duty, Procedure, Step
from mingjing.domain.registry import credentials
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.terms import CaseFacts
from mingjing.facts.schema import EVENT_TYPES
from mingjing.law.citations import Citation

LIVE: Final = (DraftState.DRAFT, DraftState.RETURNED, DraftState.PROPOSED)
"""States of a draft that still wants something done."""
MOST_PEOPLE: Final = 300
"""People of a subject that a form offers."""


def listed(actor: Actor, code: str = "cases.case.view") -> QuerySet[Case]:
    """Return the cases of a list: what its columns show is fetched with them."""
    handlers = Handler.objects.filter(until__isnull=True).select_related("officer")
    return (
        visible(Case.objects.all(), actor, code)
        .select_related("unit", "item", "party", "agency")
        .prefetch_related(Prefetch("handlers", handlers, to_attr="current_handlers"))
    )


def handled_by(user_id: int) -> Q:
    """Cases that a user handles now."""
    mine = Handler.objects.filter(case=OuterRef("pk"), until__isnull=True, officer__user_id=user_id)
    return Q(Exists(mine))


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A case as it stands at a moment: its facts read once, and what follows from them."""

    row: Case
    at: datetime

    @cached_property
    def on(self) -> date:
        """The day."""
        return localdate(self.at)

    @cached_property
    def procedure(self) -> Procedure:
        """Its procedure."""
        return procedure_of(self.row.procedure_code)

    @cached_property
    def base(self) -> FactBase:
        """Its facts, as rules see them."""
        return frozen.fact_base(self.row, on=self.on)

    @cached_property
    def view(self) -> CaseFacts:
        """The case among them."""
        return CaseFacts(case=self.base.case[self.row.code], base=self.base)

    @cached_property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps that may be taken now."""
        return self.procedure.open_steps(self.row.stage, self.view)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The kinds of event that the case has in effect."""
        return frozenset(one.type for one in self.view.events if one.is_effective)

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        """The periods that run, and those that ran out."""
        return clocks(self.base, self.row.code, words=EVENT_TYPES)

    @cached_property
    def nearest(self) -> Clock | None:
        """The period that runs out first."""
        return nearest(self.clocks)

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """Steps that are being prepared or proposed."""
        return tuple(self.row.drafts.filter(state__in=LIVE))

    def main_step(self, duties: Iterable[Duty]) -> Step | None:
        """
        Return the step that comes next: on the straight way, not yet taken, of the viewer's duties where there is one.

        A step that the viewer has in hand comes before any other.
        """
        mine = set(duties)
        lying = {one.step for one in self.drafts}
        ways = [one for one in self.open_steps if one.main and one.event not in self.taken]
        ways = ways or [one for one in self.open_steps if one.main] or list(self.open_steps)
        own = [one for one in ways if one.duty in mine]
        begun = [one for one in self.open_steps if one.code in lying and one.duty in mine]
        return next(iter([*begun, *own, *ways]), None)


def events_of(row: Case) -> list[Event]:
    """Return what happened in a case, with who took part."""
    parts = Participant.objects.select_related("officer")
    return list(row.events.select_related("about").prefetch_related(Prefetch("participants", parts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who took part in a case: in which roles, in which steps, with which credential on which day."""

    officer: Officer
    roles: tuple[str, ...]
    steps: tuple[str, ...]
    number: str
    allowed: bool
    why: str


def people_of(row: Case, events: Iterable[Event], on: date) -> list[Present]:
    """Return who took part, and whether each might act on the days of the steps."""
    labels = dict(Participant._meta.get_field("role").choices or ())  # noqa: SLF001 - Django's public name
    parts: dict[int, list[tuple[str, Event]]] = {}
    for event in events:
        for one in event.participants.all():
            parts.setdefault(one.officer_id, []).append((one.role, event))
    current = list(row.handlers.filter(until__isnull=True).values_list("officer_id", "is_lead"))
    for officer, _ in current:
        parts.setdefault(officer, [])
    lead = {officer for officer, is_lead in current if is_lead}
    handlers = {officer for officer, _ in current}
    steps = {one.code: one.label for one in procedure_of(row.procedure_code).steps}
    found = []
    people = Officer.objects.filter(pk__in=parts).select_related("unit").prefetch_related("credentials")
    for person in people.order_by("code"):
        mine = parts[person.pk]
        roles = [labels.get(role, role) for role, _ in mine]
        if person.pk in handlers:
            roles = ["主办人" if person.pk in lead else "承办人", *(one for one in roles if one != labels["handler"])]
        facts = registers.officer_facts(person)
        days = {localdate(event.at) for role, event in mine if role in ("handler", "server")} or {on}
        answers = [credentials.may_act(facts, on=day) for day in sorted(days)]
        bad = next((one for one in answers if not one), None)
        cards = sorted(person.credentials.all(), key=lambda card: card.valid_until)
        found.append(
            Present(
                officer=person,
                roles=tuple(dict.fromkeys(roles)),
                steps=tuple(dict.fromkeys(steps.get(event.step, event.step) for _, event in mine)),
                number=cards[-1].number if cards else "",
                allowed=bad is None,
                why=bad.reason if bad is not None else "",
            )
        )
    order = {person.pk: (person.pk not in lead, person.pk not in handlers) for person in people}
    return sorted(found, key=lambda one: order[one.officer.pk])


def candidates(row: Case) -> list[Officer]:
    """Return the people whom a form offers for the steps of a case: those of its subject and of its unit, on duty."""
    within = Q(unit__path__startswith=row.agency.unit.path) | Q(unit__path__startswith=row.unit.path)
    return list(
        Officer.objects.filter(within, category="officer", left_on__isnull=True)
        .select_related("unit")
        .order_by("unit__path", "code")[:MOST_PEOPLE]
    )


def assistants(row: Case) -> list[Officer]:
    """Return the auxiliaries whom a form offers: those of its subject and of its unit, on duty."""
    within = Q(unit__path__startswith=row.agency.unit.path) | Q(unit__path__startswith=row.unit.path)
    found = Officer.objects.filter(within, category="auxiliary", left_on__isnull=True).select_related("unit")
    return list(found.order_by("unit__path", "code")[:MOST_PEOPLE])


def law_links(actor: Actor, citations: Iterable[Citation]) -> dict[Citation, str]:
    """Return where each provision is shown: its article where the library has the text, else its instrument."""
    from django.urls import reverse

    asked = set(citations)
    if not asked or not actor.may("catalog.law.view"):
        return {}
    mine = visible(Instrument.objects.all(), actor, "catalog.law.view")
    known = set(mine.filter(code__in={one.instrument for one in asked}).values_list("code", flat=True))
    articles = set(
        Provision.objects.filter(
            instrument__code__in=known, key__in={one.article for one in asked if one.article}
        ).values_list("instrument__code", "key")
    )
    found = {}
    for one in asked:
        if one.instrument not in known:
            continue
        if one.article and (one.instrument, one.article) in articles:
            found[one] = reverse("catalog_article", args=[one.instrument, one.article])
        else:
            found[one] = reverse("catalog_law", args=[one.instrument])
    return found


def seen(actor: Actor, rows: Iterable[Case]) -> list[int]:
    """Return the keys of those cases that the viewer may open."""
    keys = [one.pk for one in rows]
    return (
        list(visible(Case.objects.filter(pk__in=keys), actor, "cases.case.view").values_list("pk", flat=True))
        if keys
        else []
    )
