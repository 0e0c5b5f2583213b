"""Rows as the frozen facts that rules judge: one case, what belongs to it, and the registers around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.timezone import localtime

from mingjing.contexts.accounts.models import branches_around
from mingjing.contexts.cases import papers
from mingjing.contexts.cases.models import Case, Event, Handler, Participant, Referral
from mingjing.contexts.catalog.queries import resolve
from mingjing.contexts.media.models import Recording
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry.models import Agency, Credential, Officer, Role
from mingjing.domain.discretion.benchmarks import Benchmark as BenchmarkBook
from mingjing.domain.discretion.ranges import MissingBaseError, Range
from mingjing.domain.procedures.acts import spoken
from mingjing.domain.rules import facts
from mingjing.kernel.moments import Moment, add_months

PEER_MONTHS: Final = 36
"""Months back within which decided cases are read; the rule itself says how far it looks."""
MOST_PEERS: Final = 3_000


def moment(value: datetime | None, *, hour_known: bool = True) -> Moment | None:
    """Return a stored moment as rules see it, in the time of the place."""
    if value is None:
        return None
    local = localtime(value).replace(tzinfo=None)
    return Moment.of(local if hour_known else local.date())


def case_facts(row: Case) -> facts.Case:
    """Return the case itself."""
    return facts.Case(
        id=row.code,
        kind=row.kind,
        case_no=row.case_no or None,
        procedure=row.procedure or None,
        agency_id=row.agency.code,
        item_id=row.item.code,
        party_id=row.party.code,
        act_on=row.act_on,
        act_ended_on=row.act_ended_on,
        found_on=row.found_on,
        fine_fen=row.fine_fen,
        confiscated_fen=row.confiscated_fen,
        other_penalties=frozenset(row.other_penalties),
        tier=row.tier or None,
        tier_departure=row.tier_departure or None,
        tier_departure_reason=row.tier_departure_reason or None,
        is_major=row.is_major,
        is_complex=row.is_complex,
        limitation_class=row.limitation_class or None,
        credit_class=row.credit_class or None,
        disclosure_exempt=row.disclosure_exempt or None,
        status=row.status,
        ended_ground=row.ended_ground or None,
        leniency_matched=row.leniency_matched,
        leniency_reason=row.leniency_reason or None,
        non_coercive_first=row.non_coercive_first,
        affects_others=row.affects_others,
        hearing_required=row.hearing_required,
        expires_on=row.expires_on,
    )


def event_facts(row: Event, case: str, about: str | None) -> facts.Event:
    """Return a step."""
    at = moment(row.at, hour_known=row.hour_known)
    assert at is not None
    return facts.Event(
        id=row.code,
        case_id=case,
        type=row.type,
        at=at,
        order=row.number,
        ended_at=moment(row.ended_at),
        about_id=about,
        outcome=row.outcome or None,
        urgent=row.urgent,
        place=row.place or None,
        extends_to=row.extends_to,
        **spoken(row.type, row.words),
    )


_HANDLERS: Final = Statement(
    lambda case: Handler.objects.filter(case_id=case, until__isnull=True).select_related("officer"), int
)


def handlers_of(row: Case) -> list[Handler]:
    """Return who handles a case now, who leads it first; those read with the row, where it was only to be looked at."""
    return row.current_handlers if hasattr(row, "current_handlers") else _HANDLERS(row.pk)


_EVENTS: Final = Statement(
    lambda case: Event.objects.filter(case_id=case).select_related("about").order_by("at", "number"), int
)
_PARTS: Final = Statement(
    lambda case: Participant.objects.filter(event__case_id=case).select_related("officer").order_by("id"), int
)


def events_of(row: Case) -> list[Event]:
    """Return what happened in a case, in the order of time, each with who took part (``parts``)."""
    events = _EVENTS(row.pk)
    by: dict[int, list[Participant]] = {one.pk: [] for one in events}
    for part in _PARTS(row.pk):
        by[part.event_id].append(part)
    for one in events:
        one.parts = by[one.pk]
    return events


_REFERRALS: Final = Statement(lambda case: Referral.objects.filter(case_id=case), int)


def referrals_of(row: Case) -> list[Referral]:
    """Return what was referred to others."""
    return _REFERRALS(row.pk)


def fact_base(
    row: Case,
    *,
    on: date,
    more_officers: Iterable[str] = (),
    events: Sequence[Event] | None = None,
    people: "People | None" = None,
) -> facts.FactBase:
    """
    Return the facts of a case as of a day, with the registers that its rules ask.

    ``more_officers`` are codes of people who do not yet take part and might. ``events`` are those of :func:`events_of`
    and ``people`` whoever takes part in them, where they are read already.
    """
    events = events_of(row) if events is None else events
    codes = {part.officer.code for event in events for part in event.parts} | set(more_officers)
    agencies = _agencies(row.agency)
    base = facts.FactBase(
        as_of=on,
        place=row.unit.place[:6],
        agencies=agencies,
        parties=[facts.Party(id=row.party.code, kind=row.party.kind, risk_level=row.party.risk or None)],
        items=[item_facts(row)],
        benchmarks=benchmark_facts(row),
        cases=[case_facts(row)],
        events=[event_facts(one, row.code, one.about.code if one.about else None) for one in events],
        participants=[
            facts.Participation(event_id=one.code, officer_id=part.officer.code, role=part.role)
            for one in events
            for part in one.parts
        ],
        documents=papers.document_facts(row.code),
        media=media_facts(row.code),
        referrals=[referral_facts(one, row.code) for one in referrals_of(row)],
    )
    others = _same_party(row)
    base.cases += [case_facts(one) for one in others]
    base.items += [
        facts.Item(id=one.item.code, act_code=one.item.act_code or None) for one in others if one.item_id != row.item_id
    ]
    base.events += _decisions_of(others)
    return with_people(base, codes, people=people)


_OFFICERS: Final = Statement(lambda *codes: Officer.objects.filter(code__in=codes).select_related("unit"), [str])
_ROLES: Final = Statement(lambda *keys: Role.objects.filter(officer__in=keys), [int])
_CARDS: Final = Statement(lambda *keys: Credential.objects.filter(officer__in=keys), [int])


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Officers with their units, and their credentials."""

    officers: list[Officer]
    cards: list[Credential]


def officers_named(codes: Iterable[str]) -> list[Officer]:
    """Return the people with these codes, as far as there are any, with their units."""
    return _OFFICERS.among(codes)


def people_named(codes: Iterable[str]) -> People:
    """Return the people with these codes, with their credentials."""
    officers = officers_named(codes)
    return People(officers=officers, cards=_CARDS.among(one.pk for one in officers))


def with_people(base: facts.FactBase, codes: Iterable[str], *, people: People | None = None) -> facts.FactBase:
    """Return the facts with these officers, their roles and credentials; ``people`` are they, where they are read already."""
    wanted = set(codes) - {str(one.id) for one in base.officers}
    if not wanted:
        return base
    if people is None:
        people = people_named(wanted)
    owner = _owners(people.officers)
    codes_by = {one.pk: one.code for one in people.officers}
    roles = _ROLES.among(codes_by)
    return replace(
        base,
        officers=[
            *base.officers,
            *(
                facts.Officer(
                    id=one.code, agency_id=owner.get(one.code), legal_qualification_on=one.legal_qualification_on
                )
                for one in people.officers
            ),
        ],
        officer_roles=[
            *base.officer_roles,
            *(
                facts.OfficerRole(
                    officer_id=codes_by[one.officer_id], role=one.role, since=one.valid_from, until=one.valid_until
                )
                for one in roles
            ),
        ],
        credentials=[
            *base.credentials,
            *(
                facts.Credential(
                    officer_id=codes_by[one.officer_id],
                    valid_from=one.valid_from,
                    valid_until=one.valid_until,
                    suspended_from=one.suspended_from,
                    suspended_until=one.suspended_until,
                    revoked_on=one.ended_on,
                )
                for one in people.cards
            ),
        ],
    )


_OWNERS: Final = Statement(
    lambda *paths: Agency.objects.filter(unit__path__in=paths).values_list("unit__path", "code"), [str]
)


def _owners(people: Iterable[Officer]) -> dict[str, str]:
    """The subject to which each officer belongs: of the own unit, or of the nearest above it."""
    people = list(people)
    paths = {path for one in people for path in branches_around(one.unit.path)}
    agencies = dict(_OWNERS.among(paths))
    found = {}
    for one in people:
        owner = next((agencies[path] for path in branches_around(one.unit.path) if path in agencies), None)
        if owner is not None:
            found[one.code] = owner
    return found


_AGENTS: Final = Statement(lambda agency: Agency.objects.filter(principal_id=agency).select_related("unit"), int)


def _agencies(agency: Agency) -> list[facts.Agency]:
    rows = [agency, *([agency.principal] if agency.principal else []), *_AGENTS(agency.pk)]
    return [
        facts.Agency(
            id=one.code,
            name=one.name,
            jurisdiction_code=one.unit.place[:6],
            level=one.level,
            domain=one.field,
            parent_id=one.principal.code if one.principal else None,
        )
        for one in rows
    ]


def item_facts(row: Case) -> facts.Item:
    """Return the item as the edition says that the case keeps."""
    edition: Any = resolve(row.item_pin)
    content = edition.item
    return facts.Item(
        id=row.item.code,
        agency_id=row.agency.code,
        basis="；".join(content.basis) or None,
        act_code=content.act_code or None,
        published_on=edition.effective_from,
        withdrawn_on=edition.effective_until,
        single_officer_basis=content.single_officer_basis or None,
        summary_cap_basis=content.summary_cap_basis or None,
    )


def benchmark_facts(row: Case) -> list[facts.Benchmark]:
    """Return the tiers of the benchmark that the case keeps, in fen; a tier whose base is not known is left out."""
    if not row.benchmark_pin:
        return []
    edition: Any = resolve(row.benchmark_pin)
    book: BenchmarkBook = edition.benchmark
    found = []
    for tier in book.tiers:
        low, high = 0, 0 if tier.fine is None else None
        if tier.fine is not None:
            fine = tier_range(tier.fine, row.circumstances)
            if fine is None:
                continue
            low, high = int(fine.low), None if fine.high is None else int(fine.high)
        found.append(
            facts.Benchmark(
                item_id=row.item.code,
                tier=tier.name,
                fine_min_fen=low,
                fine_max_fen=high,
                effective_from=edition.effective_from,
                # the standard's last day is included, the edition's is not
                effective_until=edition.effective_until - timedelta(days=1) if edition.effective_until else None,
            )
        )
    return found


_BASES = {"违法所得": "gains_fen", "货值金额": "value_fen"}


def tier_range(fine: Range, circumstances: dict[str, Any]) -> Range | None:
    """Return a range in fen for what is known of the case; ``None`` where its base is not."""
    base = circumstances.get(_BASES.get(fine.of, "quantity"))
    try:
        return fine.for_base(base if isinstance(base, int) else None)
    except MissingBaseError:
        return None


_FINED: Final = Case.objects.filter(fine_fen__gt=0).select_related("agency", "item", "party")
_SAME_ITEM: Final = Statement(
    lambda party, day, item: _FINED.filter(party_id=party, act_on=day, item_id=item), int, date, int
)
_SAME_ACT: Final = Statement(
    lambda party, day, act: _FINED.filter(party_id=party, act_on=day, item__act_code=act), int, date, str
)


def _same_party(row: Case) -> list[Case]:
    """The party's other cases of the same act and day that were fined: one act, one fine."""
    if row.act_on is None:
        return []
    found = _SAME_ITEM(row.party_id, row.act_on, row.item_id)
    if row.item.act_code:
        found += _SAME_ACT(row.party_id, row.act_on, row.item.act_code)
    return list({one.pk: one for one in found if one.pk != row.pk}.values())


def with_peers(base: facts.FactBase, row: Case, *, tier: str, on: date) -> facts.FactBase:
    """Return the facts with the decided cases of the same item and tier, against which a fine is held (RZ-18)."""
    if not tier:
        return base
    since = add_months(on, -PEER_MONTHS)
    rows = Case.objects.filter(item=row.item_id, tier=tier, decided_on__gt=since, decided_on__lte=on, fine_fen__gte=0)
    peers = [
        one
        for one in rows.exclude(pk=row.pk)
        .select_related("agency", "item", "party")
        .order_by("-decided_on")[:MOST_PEERS]
        if one.code not in base.case
    ]
    known = set(base.party)
    parties = {one.party.code: one.party for one in peers if one.party.code not in known}
    return replace(
        base,
        cases=[*base.cases, *(case_facts(one) for one in peers)],
        events=[*base.events, *_decisions_of(peers)],
        parties=[
            *base.parties,
            *(facts.Party(id=one.code, kind=one.kind, risk_level=one.risk or None) for one in parties.values()),
        ],
    )


def _decisions_of(others: Iterable[Case]) -> list[facts.Event]:
    others = list(others)
    if not others:
        return []
    rows = Event.objects.filter(case__in=others, type="decision").select_related("case")
    return [event_facts(one, one.case.code, None) for one in rows]


_MEDIA: Final = Statement(
    lambda case: Recording.objects.filter(
        subject_kind="case", subject_code=case, disposed_at__isnull=True, kind__in=["photo", "audio", "video"]
    ),
    str,
)


def media_facts(case: str) -> list[facts.Media]:
    """Return the photos, sound and video of a case that are still there."""
    return [
        facts.Media(
            id=one.code,
            case_id=case,
            event_id=one.step_code or None,
            kind=one.kind,
            started_at=moment(one.started_at),
            retained_until=one.retained_until,
        )
        for one in _MEDIA(case)
    ]


def referral_facts(row: Referral, case: str) -> facts.Referral:
    """Return a referral."""
    return facts.Referral(
        id=row.code,
        case_id=case,
        to=row.to,
        report_received_at=moment(row.report_received_at),
        decided_at=moment(row.decided_at),
        approved_at=moment(row.approved_at),
        transferred_at=moment(row.transferred_at),
    )
