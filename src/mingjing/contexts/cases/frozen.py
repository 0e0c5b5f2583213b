"""Rows as the frozen facts that rules judge: one case, what belongs to it, and the registers around it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils.timezone import localtime

from mingjing.contexts.cases import papers
from mingjing.contexts.cases.models import Case, Event, Participant, Referral
from mingjing.contexts.catalog.queries import resolve
from mingjing.contexts.media.models import Recording
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


def fact_base(row: Case, *, on: date, more_officers: Iterable[str] = ()) -> facts.FactBase:
    """
    Return the facts of a case as of a day, with the registers that its rules ask.

    ``more_officers`` are codes of people who do not yet take part and might.
    """
    events = list(row.events.select_related("about").order_by("at", "number"))
    parts = list(Participant.objects.filter(event__case=row).select_related("event", "officer"))
    codes = {part.officer.code for part in parts} | set(more_officers)
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
            facts.Participation(event_id=one.event.code, officer_id=one.officer.code, role=one.role) for one in parts
        ],
        documents=papers.document_facts(row.code),
        media=media_facts(row.code),
        referrals=[referral_facts(one, row.code) for one in row.referrals.all()],
    )
    others = _same_party(row)
    base.cases += [case_facts(one) for one in others]
    base.items += [
        facts.Item(id=one.item.code, act_code=one.item.act_code or None) for one in others if one.item_id != row.item_id
    ]
    base.events += _decisions_of(others)
    return with_people(base, codes)


def with_people(base: facts.FactBase, codes: Iterable[str]) -> facts.FactBase:
    """Return the facts with these officers, their roles and credentials."""
    wanted = sorted(set(codes) - {str(one.id) for one in base.officers})
    if not wanted:
        return base
    people = list(Officer.objects.filter(code__in=wanted).select_related("unit__agency", "unit"))
    owner = _owners(people)
    roles = Role.objects.filter(officer__code__in=wanted).select_related("officer")
    cards = Credential.objects.filter(officer__code__in=wanted).select_related("officer")
    return replace(
        base,
        officers=[
            *base.officers,
            *(
                facts.Officer(
                    id=one.code, agency_id=owner.get(one.code), legal_qualification_on=one.legal_qualification_on
                )
                for one in people
            ),
        ],
        officer_roles=[
            *base.officer_roles,
            *(
                facts.OfficerRole(
                    officer_id=one.officer.code, role=one.role, since=one.valid_from, until=one.valid_until
                )
                for one in roles
            ),
        ],
        credentials=[
            *base.credentials,
            *(
                facts.Credential(
                    officer_id=one.officer.code,
                    valid_from=one.valid_from,
                    valid_until=one.valid_until,
                    suspended_from=one.suspended_from,
                    suspended_until=one.suspended_until,
                    revoked_on=one.ended_on,
                )
                for one in cards
            ),
        ],
    )


def _owners(people: Iterable[Officer]) -> dict[str, str]:
    """The subject to which each officer belongs: of the own unit, or of the nearest above it."""
    people = list(people)
    paths = {path for one in people for path in _above(one.unit.path)}
    agencies = dict(Agency.objects.filter(unit__path__in=paths).values_list("unit__path", "code"))
    found = {}
    for one in people:
        owner = next((agencies[path] for path in _above(one.unit.path) if path in agencies), None)
        if owner is not None:
            found[one.code] = owner
    return found


def _above(path: str) -> list[str]:
    """A unit's path and those above it, the nearest first."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:length]) + "/" for length in range(len(parts), 0, -1)]


def _agencies(agency: Agency) -> list[facts.Agency]:
    rows = [agency, *([agency.principal] if agency.principal else []), *agency.agents.select_related("unit")]
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


def _same_party(row: Case) -> list[Case]:
    """The party's other cases of the same act and day that were fined: one act, one fine."""
    if row.act_on is None:
        return []
    same = Q(item=row.item_id)
    if row.item.act_code:
        same |= Q(item__act_code=row.item.act_code)
    others = Case.objects.filter(same, party=row.party_id, act_on=row.act_on, fine_fen__gt=0).exclude(pk=row.pk)
    return list(others.select_related("agency", "item", "party"))


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
    rows = Event.objects.filter(case__in=list(others), type="decision").select_related("case")
    return [event_facts(one, one.case.code, None) for one in rows]


def media_facts(case: str) -> list[facts.Media]:
    """Return the photos, sound and video of a case that are still there."""
    rows = Recording.objects.filter(subject_kind="case", subject_code=case, disposed_at__isnull=True)
    return [
        facts.Media(
            id=one.code,
            case_id=case,
            event_id=one.step_code or None,
            kind=one.kind,
            started_at=moment(one.started_at),
            retained_until=one.retained_until,
        )
        for one in rows.filter(kind__in=["photo", "audio", "video"])
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
