"""
Discretion beside a case: what the benchmark makes of its circumstances, which lists it fits, how like cases were fined.

The calculator proposes and a person decides; what departs from a list that fits wants its reason.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mingjing.contexts.cases.models import Case
from mingjing.contexts.catalog.queries import leniency_entries, resolve
from mingjing.domain.catalog.criteria import Effect, Mark, Standard, marks, standards_of_data
from mingjing.domain.discretion.benchmarks import Benchmark
from mingjing.domain.discretion.calculator import Assessment, ListEntry, ListMatch, Match, assess, match_lists
from mingjing.domain.discretion.circumstances import Circumstances
from mingjing.domain.procedures.library.compulsion import SOFTER
from mingjing.domain.procedures.model import Procedure, Step
from mingjing.domain.rules.facts import Event as EventFact
from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import add_months
from mingjing.law import parameters
from mingjing.law.citations import cite

_PARTIES: Final[Mapping[str, str]] = {
    "citizen": "citizen",
    "individual_business": "individual_business",
    "legal_person": "organization",
    "other_organization": "organization",
}
MONTHS: Final = 24
"""Months back from today within which a decided case is a like case."""
MOST: Final = 5_000


class LeniencyError(DomainError):
    """A list of leniency fits the case, is not followed, and nobody says why; ``facts["entries"]`` names them."""

    code = "cases.leniency_reason"


class UnroutedError(DomainError):
    """The case must first go to whom a standard of its item, or a departure from the tier, sends it."""

    code = "cases.unrouted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """An entry of a list that fits the case, and under which name its reason is given."""

    entry: ListEntry
    key: str


def circumstances_of(row: Case) -> Circumstances:
    """Return what is known of a case, with what its party and its proposal tell."""
    known: dict[str, Any] = dict(row.circumstances)
    known.setdefault("party", _PARTIES.get(row.party.kind))
    return known


def benchmark_of(row: Case) -> Benchmark | None:
    """Return the benchmark that the case keeps."""
    if not row.benchmark_pin:
        return None
    edition: Any = resolve(row.benchmark_pin)
    found: Benchmark = edition.benchmark
    return found


def assessment(row: Case, on: date, *, tier: str = "") -> Assessment | None:
    """Return what benchmark, law and lists make of a case; ``tier`` is the one that the officer picked."""
    book = benchmark_of(row)
    if book is None:
        return None
    known = {one.name for one in book.tiers}
    return assess(
        book,
        circumstances_of(row),
        entries=leniency_entries(row.item.code, on),
        chosen=tier if tier in known else "",
    )


def lists_of(row: Case, on: date) -> tuple[ListMatch, ...]:
    """Return how the leniency lists in force compare with a case."""
    return match_lists(leniency_entries(row.item.code, on), row.item.code, circumstances_of(row))


def fitting(row: Case, on: date) -> tuple[Fitting, ...]:
    """Return the entries of leniency lists that fit a case for certain."""
    return tuple(_keyed(one.entry) for one in lists_of(row, on) if one.match is Match.FITS)


def _keyed(entry: ListEntry) -> Fitting:
    return Fitting(entry=entry, key=f"leniency.{entry.list_kind}.{entry.number}")


def marks_of(row: Case, values: Mapping[str, Any]) -> tuple[Mark, ...]:
    """
    Return the standards that a case meets for certain with what is proposed: those of the edition that it began with.

    Source: RZ-26.
    """
    standards = _standards(row)
    proposed = {name: values[name] for name in ("fine_fen", "confiscated_fen") if isinstance(values.get(name), int)}
    return tuple(one for one in marks(standards, {**circumstances_of(row), **proposed}) if one.certain)


def _standards(row: Case) -> tuple[Standard, ...]:
    content = resolve(row.item_pin).content if row.item_pin else {}
    return standards_of_data(content.get("major_criteria") or [])


def facts_of_standards(row: Case) -> set[str]:
    """Name the facts that the standards of the item ask."""
    return {each.fact for one in _standards(row) for each in one.criteria} - {"fine_fen", "confiscated_fen"}


PROPOSING: Final = frozenset({"investigation_report", "examination", "prior_notice", "grant", "refusal", "decision"})
"""Steps that propose a decision or make it; a decision to execute is proposed by the demand before it."""


def is_listed_or_heard(row: Case, step: Step, procedure: Procedure) -> bool:
    """
    Say whether a case whose procedure knows legal review is major by its item, or, but for penalties, by a hearing.

    A penalty after a hearing is reviewed by a rule of its own; it need not be major, for that wants deliberation too.

    Source: RZ-35; 行政处罚法（2021）第五十八条; 国办发〔2018〕118号.
    """
    if not any(one.event == "legal_review" for one in procedure.steps):
        return False
    proposing = PROPOSING | {"demand"} if procedure.kind == "compulsory_execution" else PROPOSING
    if step.event in proposing and row.item_pin and resolve(row.item_pin).content.get("legal_review"):
        return True
    if procedure.kind == "penalty" or step.event not in PROPOSING | {"hearing"}:
        return False
    return step.event == "hearing" or row.events.filter(type="hearing").exclude(outcome__in=EventFact.UNDONE).exists()


HANDED: Final = frozenset({"jurisdiction_settled", "jurisdiction_transfer"})
"""Steps by which the higher authority says who handles a case."""
JOINT: Final = frozenset({"merged", "related"})
"""Ways of belonging together in which a case is handled jointly."""


def require_routed(row: Case, values: Mapping[str, Any], taken: Container[str], on: date) -> None:
    """
    Require before a decision that the case went where it must: ``taken`` are the kinds of steps taken with effect.

    :raises UnroutedError: if a fine outside its tier was not reviewed where the place asks for it, or a case across
        regions neither had its jurisdiction settled above nor is handled with another

    Source: LC-13; RZ-26.
    """
    review = parameters.get("penalty.departure.review").at(on, row.unit.place)
    found = assessment(row, on, tier=str(values.get("tier") or ""))
    fine = values.get("fine_fen")
    outside = found and found.tier_fine and isinstance(fine, int) and not found.tier_fine.contains(fine)
    if review is not None and review.flag and outside and "legal_review" not in taken:
        raise UnroutedError(
            "罚款在裁量档次以外，除写明理由外，还须经法制审核通过后才能作出决定。请先送法制审核。",
            citation=review.citation,
        )
    across = next((one for one in marks_of(row, values) if one.standard.effect is Effect.CROSS_REGION), None)
    if across and not any(kind in taken for kind in HANDED) and not row.links.filter(why__in=JOINT).exists():
        raise UnroutedError(
            f"本案符合“{across.standard.label}”标准，是{Effect.CROSS_REGION.label}：{Effect.CROSS_REGION.route}。"
            "指定管辖的登记“管辖争议”及其处理结果，联合办理的关联对方案件。",
            citation=cite("RZ-26"),
        )


def orders_measure(step: Step) -> bool:
    """Say whether a step asks for a compulsory measure or takes one."""
    return any(ask.name == SOFTER.name for ask in step.asks)


def sparing(row: Case, on: date) -> tuple[Fitting, ...]:
    """
    Return the entries of lists of violations spared compulsory measures that name the item of a case.

    Those of which the circumstances are not all known are among them: what is not known spares nobody the reason.
    """
    return tuple(_keyed(one.entry) for one in lists_of(row, on) if one.entry.list_kind == "no_measure")


def require_measure_explained(row: Case, step: Step, reasons: Mapping[str, str], on: date) -> None:
    """
    Require a reason for a compulsory measure on a violation that a list spares it; whoever approves reads it.

    :raises LeniencyError: if one is missing, with all such entries

    Source: 行政强制法第五条、第十六条; RZ-52.
    """
    if not orders_measure(step):
        return
    silent = [one for one in sparing(row, on) if not reasons.get(one.key, "").strip()]
    if silent:
        named = "；".join(f"{one.entry.list_label}第{one.entry.number}项“{one.entry.matter}”" for one in silent)
        raise LeniencyError(
            f"本案事项列入{named}，不予实施行政强制措施。确需采取的，要写明理由，报负责人批准。",
            citation=cite("QZ 16"),
            entries=[one.key for one in silent],
        )


def proposes(step: Step) -> bool:
    """Say whether a step proposes or imposes a penalty."""
    return any(ask.name == "fine_fen" for ask in step.asks)


def followed(entry: ListEntry, values: Mapping[str, Any]) -> bool:
    """Say whether a proposal does what an entry provides for; ``values`` are the case's columns with the proposal."""
    spared = not values.get("fine_fen") and not values.get("confiscated_fen") and not values.get("other_penalties")
    departure = values.get("tier_departure") or ""
    return {
        "no_penalty": spared,
        "exempt": spared,
        "mitigated": departure == "mitigated" or spared,
        "lighter": departure in ("lighter", "mitigated") or spared,
        "heavier": departure == "heavier",
    }.get(entry.list_kind, True)


def require_explained(row: Case, step: Step, values: Mapping[str, Any], reasons: Mapping[str, str], on: date) -> None:
    """
    Require a reason for every list that fits the case and that a proposal does not follow.

    :raises LeniencyError: if one is missing, with all such entries

    Source: 行政处罚法（2021）第三十二条、第三十三条; RZ-51.
    """
    if not proposes(step):
        return
    silent = [
        one for one in fitting(row, on) if not followed(one.entry, values) and not reasons.get(one.key, "").strip()
    ]
    if silent:
        named = "；".join(
            f"{one.entry.list_label}第{one.entry.number}项“{one.entry.matter}”（{one.entry.treatment}）"
            for one in silent
        )
        raise LeniencyError(
            f"本案符合{named}，没有适用的，要写明理由。",
            citation=cite("CF 33"),
            entries=[one.key for one in silent],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeCase:
    """A like case: its fine, and its tier."""

    fine_fen: int
    tier: str


def like_cases(item: str, on: date, *, tier: str = "", party: str = "", without: int = 0) -> list[LikeCase]:
    """
    Return the fines of like cases decided within two years before a day: of the same item, and of the tier and the kind of party.

    Whose cases they are is not told, so that they may be shown to whoever decides.
    """
    rows = Case.objects.filter(
        item__code=item, decided_on__gt=add_months(on, -MONTHS), decided_on__lte=on, fine_fen__gt=0
    ).exclude(pk=without)
    if tier:
        rows = rows.filter(tier=tier)
    if party:
        rows = rows.filter(party__kind=party)
    found = rows.order_by("-decided_on").values_list("fine_fen", "tier")[:MOST]
    return [LikeCase(fine_fen=fine or 0, tier=name) for fine, name in found]


def provide(item: str, on: date, tier: str, party: str) -> tuple[Sequence[int], str]:
    """Tell the catalog's calculator of like cases."""
    fines = [one.fine_fen for one in like_cases(item, on, tier=tier, party=party)]
    alike = "、".join(filter(None, ("同一事项", "同一档次" if tier else "", "同类当事人" if party else "")))
    return fines, f"来自本系统近{MONTHS}个月{alike}的已决案件"
