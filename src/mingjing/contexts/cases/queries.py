"""What pages, the API and the rooms above read of cases. Lists go through ``visible``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from typing import Final

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import branches_around
from mingjing.contexts.cases import frozen
from mingjing.contexts.cases.models import (
    Case,
    Draft,
    DraftState,
    Event,
    Evidence,
    Handler,
    Help,
    HelpKind,
    HelpState,
    Notice,
    OffsiteRecord,
    Participant,
    Referral,
)
from mingjing.contexts.catalog.models import Instrument, Provision
from mingjing.contexts.catalog.queries import in_force
from mingjing.contexts.documents import queries as documents
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry import frozen as registers
from mingjing.contexts.registry.models import Credential, Officer
from mingjing.domain.documents.kinds import kinds as document_kinds
from mingjing.domain.procedures.clocks import Clock, clocks, nearest
from mingjing.domain.procedures.evidence import Line, Paper, Piece, Wanted, compare, of_law, of_list
from mingjing.domain.procedures.gates import Gate
from mingjing.domain.procedures.justice import BODIES
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.procedures.model import Duty, Procedure, Step
from mingjing.domain.procedures.phases import is_ahead
from mingjing.domain.registry import credentials
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.terms import CaseFacts
from mingjing.facts.schema import EVENT_TYPES
from mingjing.kernel.moments import add_months
from mingjing.law.citations import Citation

LIVE: Final = (DraftState.DRAFT, DraftState.RETURNED, DraftState.PROPOSED)
"""States of a draft that still wants something done."""
MONTHS_OF_A_YEAR: Final = 12
MOST_PEOPLE: Final = 300
"""People of a subject that a form offers."""


BESIDE: Final = ("unit", "item", "party", "agency")
"""The rows beside a case of which a list may tell."""
_PAGE: Final = 20
"""Rows of a page of a list, mostly."""


def listed(actor: Actor, code: str = "cases.case.view") -> QuerySet[Case]:
    """Return the cases of a list: what its columns may show is fetched with them."""
    rows = visible(Case.objects.all(), actor, code).select_related(*BESIDE)
    return rows.prefetch_related(Prefetch("handlers", _current(), to_attr="current_handlers"))  # type: ignore[no-redef]


def listed_by_key(keys: Iterable[object], beside: Sequence[str]) -> list[Case]:
    """Return the cases of a page by keys that were found in scope, with the rows ``beside`` them that it shows."""
    wanted = list(keys)
    found = _by_key(tuple(beside)).among(wanted)
    handlers: dict[int, list[Handler]] = {}
    for one in _HANDLERS.among(wanted):
        handlers.setdefault(one.case_id, []).append(one)
    for row in found:
        row.current_handlers = handlers.get(row.pk, [])
    return found


@cache
def _by_key(beside: tuple[str, ...]) -> Statement[Case]:
    cases = Case.objects.select_related(*beside) if beside else Case.objects.all()
    return Statement(lambda *keys: cases.filter(pk__in=keys), [int], at_once=_PAGE)


def _current() -> QuerySet[Handler]:
    """Who handles cases now; of an officer a list tells no more than code and name."""
    rows = Handler.objects.filter(until__isnull=True).select_related("officer")
    return rows.only("case_id", "is_lead", "officer__code", "officer__name")


_HANDLERS: Final = Statement(lambda *cases: _current().filter(case_id__in=cases), [int], at_once=_PAGE)


def handled_by(user_id: int) -> Q:
    """Cases that a user handles now: some hundred among a million, so they are looked up, not tried one by one."""
    return Q(pk__in=Handler.objects.filter(until__isnull=True, officer__user_id=user_id).values("case"))


ENTERED_LATE: Final = Q(pk__in=Event.objects.filter(late_days__gt=0).values("case"))
"""Cases with a step that was entered too late (SS-38)."""


_LIVE_DRAFTS: Final = Statement(lambda case: Draft.objects.filter(case_id=case, state__in=LIVE), int)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """
    A case as it stands at a moment: its facts read once, and what follows from them.

    What is confidential is left out of what is told unless it is ``confided`` to the viewer, and what a discipline body
    answers unless the viewer is ``entrusted`` with that; rules are judged on all of it.
    """

    row: Case
    at: datetime
    confided: bool = True
    entrusted: bool = True

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
        return frozen.fact_base(self.row, on=self.on, events=self.events, people=self.people)

    @cached_property
    def people(self) -> frozen.People:
        """Who took part in it, and who handles it."""
        parts = {part.officer.code for event in self.events for part in event.parts}
        return frozen.people_named(parts | {one.officer.code for one in frozen.handlers_of(self.row)})

    @cached_property
    def events(self) -> list[Event]:
        """What happened in it, with who took part."""
        return frozen.events_of(self.row)

    def tells(self, step: str) -> bool:
        """Say whether the viewer may know that a step (its code) was taken or begun."""
        return self.confided or not any(one.confidential for one in self.procedure.steps if one.code == step)

    @cached_property
    def told(self) -> list[Event]:
        """What happened in it and may be told."""
        return [one for one in self.events if self.tells(one.step)]

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The types of its steps that are confidential."""
        return frozenset(one.event for one in self.procedure.steps if one.confidential)

    def tells_of(self, rule: str) -> bool:
        """Say whether the viewer may know how a rule (its id) stands: not where that gives away what is confidential."""
        return self.confided or rule not in _resting_on(self.hidden)

    def told_gates(self, gates: Iterable[Gate]) -> tuple[Gate, ...]:
        """Leave out the gates that would give away what is confidential."""
        return tuple(one for one in gates if self.tells_of(one.rule.id))

    @cached_property
    def referrals(self) -> list[Referral]:
        """What was referred to others and may be told."""
        return [one for one in frozen.referrals_of(self.row) if self.entrusted or one.to != "discipline"]

    @cached_property
    def view(self) -> CaseFacts:
        """The case among them."""
        return CaseFacts(case=self.base.case[self.row.code], base=self.base)

    @cached_property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps that may be taken now."""
        return tuple(one for one in self.procedure.open_steps(self.row.stage, self.view) if self.tells(one.code))

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
        return tuple(one for one in _LIVE_DRAFTS(self.row.pk) if self.tells(one.step))

    def main_step(self, duties: Iterable[Duty]) -> Step | None:
        """
        Return the step that comes next: on the straight way, not yet taken, of the viewer's duties where there is one.

        A step that the viewer has in hand comes before any other.
        """
        mine = set(duties)
        lying = {one.step for one in self.drafts}
        ways = [one for one in self.open_steps if is_ahead(one, self.taken)]
        ways = ways or [one for one in self.open_steps if one.main] or list(self.open_steps)
        own = [one for one in ways if one.duty in mine]
        begun = [one for one in self.open_steps if one.code in lying and one.duty in mine]
        return next(iter([*begun, *own, *ways]), None)


@lru_cache
def _resting_on(types: frozenset[str]) -> frozenset[str]:
    """Which rules (their ids) rest on steps of some types: asked of every gate of every page, and always the same."""
    return frozenset(code for code, one in rules().items() if types & one.kind.rests_on())


_NORMS: Final = Statement(
    lambda on, *paths: in_force("list", on).filter(holder__kind="evidence", holder__unit__path__in=paths), date, [str]
)


def wanted_evidence(row: Case) -> tuple[Wanted, ...]:
    """
    Return what evidence a case asks for: by its procedure, and by the lists of its agency that were in force when it began.

    Source: RZ-67.
    """
    papers = {one.name: one.code for one in document_kinds().values()}
    found = list(of_law(row.procedure_code))
    for norm in _NORMS.among(branches_around(row.unit.path), localdate(row.opened_at)):
        found += of_list(
            norm.holder.name,
            norm.entries,
            procedure=procedure_of(row.procedure_code).label,
            item=row.item.code,
            papers=papers,
        )
    return tuple(found)


def documents_of(actor: Actor, row: Case) -> list[Document]:
    """Return the documents of a case that the actor, who sees the case, may see."""
    return documents.of_seen_subject(actor, f"case:{row.code}") if actor.may(documents.VIEW) else []


def evidence_lines(row: Case, evidence: Iterable[Evidence], papers: Iterable[Document]) -> tuple[Line, ...]:
    """Return the checklist of a case: what is wanted, with the evidence and the issued documents that answer it."""
    pieces = [
        Piece(number=one.number, name=one.name, answers=one.answers, believed=not one.excluded_reason)
        for one in evidence
    ]
    issued = [Paper(kind=one.kind, name=one.kind_data.name) for one in papers if one.state == DocumentState.ISSUED]
    return compare(wanted_evidence(row), pieces, issued)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who took part in a case: in which roles, in which steps, with which credential on which day."""

    officer: Officer
    roles: tuple[str, ...]
    steps: tuple[str, ...]
    number: str
    allowed: bool
    why: str


def people_of(sight: Sight) -> list[Present]:
    """Return who took part, and whether each might act on the days of the steps."""
    row, on = sight.row, sight.on
    labels = dict(Participant._meta.get_field("role").choices or ())  # noqa: SLF001 - Django's public name
    parts: dict[int, list[tuple[str, Event]]] = {}
    for event in sight.told:
        for one in event.parts:
            parts.setdefault(one.officer_id, []).append((one.role, event))
    current = frozen.handlers_of(row)
    for handler in current:
        parts.setdefault(handler.officer_id, [])
    lead = {one.officer_id for one in current if one.is_lead}
    handlers = {one.officer_id for one in current}
    steps = {one.code: one.label for one in procedure_of(row.procedure_code).steps}
    found = []
    cards_of: dict[int, list[Credential]] = {}
    for card in sight.people.cards:
        cards_of.setdefault(card.officer_id, []).append(card)
    for person in sorted((one for one in sight.people.officers if one.pk in parts), key=lambda one: one.code):
        mine = parts[person.pk]
        roles = [labels.get(role, role) for role, _ in mine]
        if person.pk in handlers:
            roles = ["主办人" if person.pk in lead else "承办人", *(one for one in roles if one != labels["handler"])]
        cards = sorted(cards_of.get(person.pk, ()), key=lambda card: card.valid_until)
        facts = registers.officer_facts(person, tuple(cards))
        days = {localdate(event.at) for role, event in mine if role in ("handler", "server")} or {on}
        answers = [credentials.may_act(facts, on=day) for day in sorted(days)]
        bad = next((one for one in answers if not one), None)
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
    return sorted(found, key=lambda one: (one.officer.pk not in lead, one.officer.pk not in handlers))


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


_INSTRUMENTS: Final = Statement(
    lambda *codes: Instrument.objects.filter(code__in=codes).values_list("code", "place"), [str]
)
_PROVISIONS: Final = Statement(
    lambda code, *keys: Provision.objects.filter(instrument__code=code, key__in=keys).values_list("key"), str, [str]
)


def law_links(actor: Actor, citations: Iterable[Citation]) -> dict[Citation, str]:
    """Return where each provision is shown: its article where the library has the text, else its instrument."""
    from django.urls import reverse

    asked = set(citations)
    if not asked or not actor.may("catalog.law.view"):
        return {}
    scope = actor.scope("catalog.law.view")
    instruments = _INSTRUMENTS.among(one.instrument for one in asked)
    known = {code for code, place in instruments if scope.reaches(path="", place=place)}
    articles = {
        (code, key)
        for code in known
        for (key,) in _PROVISIONS.among((one.article for one in asked if one.instrument == code and one.article), code)
    }
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


def offsite_records() -> QuerySet[OffsiteRecord]:
    """Return all records of monitoring with what lists show of them."""
    return OffsiteRecord.objects.select_related("unit", "party", "case__party")


def untold() -> Q:
    """
    Say which records wait until the party is told: they passed, the party is known, no decision was made upon them.

    Source: 行政处罚法（2021）第四十一条第三款.
    """
    known = Q(party__isnull=False) | Q(case__isnull=False)
    live = Q(case__isnull=True) | Q(case__status="open", case__decided_on__isnull=True)
    return Q(state="passed", tellings__isnull=True) & known & live


_WITH_CASE: Final = Help.objects.select_related("case__unit", "case__agency__unit", "helper")


def pool(actor: Actor) -> QuerySet[Help]:
    """Return the reviews that the actor may accept: asked for in the place by other agencies, accepted by nobody yet."""
    if not actor.may("cases.help.review"):
        return Help.objects.none()
    rows = visible(_WITH_CASE.filter(kind=HelpKind.REVIEW, state=HelpState.ASKED), actor, "cases.help.review")
    own = [one.pk for one in rows if not may_accept(actor, one)]
    return rows.exclude(pk__in=own)


def asked_of(actor: Actor) -> QuerySet[Help]:
    """Return the requests that the actor is asked or has accepted."""
    return _WITH_CASE.filter(helper_id=actor.user_id)


def asked_by(actor: Actor) -> QuerySet[Help]:
    """Return the requests of the actor's own agency."""
    return visible(_WITH_CASE, actor, "cases.help.ask") if actor.may("cases.help.ask") else Help.objects.none()


def helps_of(actor: Actor) -> QuerySet[Help]:
    """Return all requests that the actor may know of."""
    keys = [one.pk for rows in (pool(actor), asked_of(actor), asked_by(actor)) for one in rows]
    return _WITH_CASE.filter(pk__in=keys)


def may_accept(actor: Actor, row: Help) -> bool:
    """Say whether the actor may accept a review (for buttons): of another agency, and not who asked."""
    own = actor.unit_path.startswith((row.case.agency.unit.path, row.case.unit.path))
    return actor.may("cases.help.review") and not own and row.asked_by != actor.code


def may_withdraw(actor: Actor, row: Help) -> bool:
    """Say whether the actor may take a request back (for buttons)."""
    return actor.scope("cases.help.ask").reaches(path=row.case.unit.path, place=row.case.unit.place)


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Return what was handed or told to the actor's own body of justice."""
    rows = Notice.objects.select_related("case__unit", "case__party", "unit", "referral")
    return visible(rows, actor, "cases.notice.view").prefetch_related("results")


def notices_about(row: Case) -> list[Notice]:
    """Return what bodies of justice were handed and told of a case, in order, with what they made of it."""
    rows = row.notices.select_related("case__unit", "unit").prefetch_related("results__notice__case__unit")
    return list(rows.order_by("sent_at", "pk"))


def concerns_justice(events: Iterable[Event], referrals: Iterable[Referral]) -> bool:
    """Say whether a case is one of which bodies of justice are told: a crime is suspected, or it was referred to them."""
    return any(one.type == "suspected_crime" for one in events) or any(one.to in BODIES for one in referrals)


REVIEWERS: Final = "registry.officer.view"


def reviewers(actor: Actor, on: date) -> QuerySet[Officer]:
    """
    Return who is charged with legal review on a day and may be seen.

    ``reviewed`` counts the cases of the year before, ``helped`` those among them that are of other agencies.

    Source: YZ-30.
    """
    charged = Q(roles__role="legal_reviewer", roles__valid_from__lte=on) & (
        Q(roles__valid_until__isnull=True) | Q(roles__valid_until__gte=on)
    )
    since = add_months(on, -MONTHS_OF_A_YEAR)
    mine = Participant.objects.filter(officer=OuterRef("pk"), role="reviewer", event__type="legal_review")
    mine = mine.filter(event__at__date__gt=since, event__at__date__lte=on).order_by()
    cases = mine.values("officer").annotate(count=Count("event__case", distinct=True)).values("count")
    outside = Help.objects.filter(helper__officer=OuterRef("pk"), kind=HelpKind.REVIEW, state=HelpState.ANSWERED)
    outside = outside.filter(answered_at__date__gt=since, answered_at__date__lte=on).order_by()
    helped = outside.values("helper").annotate(count=Count("case", distinct=True)).values("count")
    rows = visible(Officer.objects.filter(left_on__isnull=True), actor, REVIEWERS).filter(charged).distinct()
    return rows.select_related("unit").annotate(
        reviewed=Coalesce(Subquery(cases), 0), helped=Coalesce(Subquery(helped), 0)
    )
