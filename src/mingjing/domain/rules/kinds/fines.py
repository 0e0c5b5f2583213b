"""
Kinds of rule that hold one fine against others: the same act fined twice, and a fine far from those of its peers.

The columns of the same kinds are in :mod:`mingjing.engine.columns.fines`.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median
from typing import ClassVar, Final

from mingjing.domain.rules.facts import Case, Event, FactBase
from mingjing.domain.rules.kinds.common import (
    DECISIONS,
    HOLDS,
    NOT_EVALUATED,
    day_text,
    exact,
    need,
    penalty_decision,
    status_of,
    whole,
    yuan,
)
from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.moments import add_months

NORMAL: Final = Fraction("1.4826")
"""What makes the median absolute deviation comparable with the standard deviation of a normal distribution."""


def case_of(subject: object) -> Case:
    """Return the case that is judged, whether it comes alone or with its facts."""
    case = subject.case if isinstance(subject, CaseFacts) else subject
    assert isinstance(case, Case)
    return case


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleFine(Kind):
    """
    One act of one party is fined once, whichever agency comes first; each later fine is a breach.

    Source: 行政处罚法（2021）第二十九条.
    """

    name: ClassVar[str] = "repeat"
    label: ClassVar[str] = "重复"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "cases", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        case = case_of(subject)
        decision = penalty_decision(case, base)
        if decision is None or (case.fine_fen is not None and case.fine_fen <= 0):
            return NOT_APPLICABLE
        act = self._act(case, base)
        if case.fine_fen is None or act is None:
            return NOT_EVALUATED
        fined = [
            (made.at.code // 2, number, other, made)
            for number, other in enumerate(base.party_cases.get(case.party_id, ()))
            if other.fine_fen is not None
            and other.fine_fen > 0
            and self._act(other, base) == act
            and (made := penalty_decision(other, base)) is not None
        ]
        _, _, first, first_made = min(fined, key=lambda one: one[:2])
        if first.id == case.id:
            return HOLDS
        return Reckoning(
            Status.BROKEN,
            values=(decision.at.code, case.fine_fen, first_made.at.code, first.fine_fen),
            evidence=(("events", decision.id), ("cases", first.id), ("events", first_made.id)),
        )

    @staticmethod
    def _act(case: Case, base: FactBase) -> tuple[object, str, date] | None:
        item = base.item.get(case.item_id) if case.item_id is not None else None
        if case.party_id is None or item is None or item.act_code is None or case.act_on is None:
            return None
        return case.party_id, item.act_code, case.act_on

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        decided, fine, first, first_fine = reckoning.values[:4]
        return Words(
            expected="对当事人的同一个违法行为，不得给予两次以上罚款",
            observed=(
                f"{day_text(decided)}罚款{yuan(fine)}元；此前{day_text(first)}已就同一当事人、同一违法行为、"
                f"同一发生日罚款{yuan(first_fine)}元"
            ),
        )

    def needs(self) -> frozenset[str]:
        return need(DECISIONS + "cases: fine_fen party_id item_id act_on; items: item_id act_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class FineOutlier(Kind):
    """
    A fine lies near those of its peers: same item, tier and kind of party, decided in the months up to this decision.

    Near is within so many median absolute deviations of the median, made comparable with a standard deviation; where
    more than half of the peers are equal, within a ratio of the median. Nothing is said with too few peers.
    """

    name: ClassVar[str] = "outlier"
    label: ClassVar[str] = "离群"
    gathers: ClassVar[str] = "item"

    MONTHS: ClassVar[str] = "outlier.months"
    PEERS: ClassVar[str] = "outlier.peers"
    DEVIATIONS: ClassVar[str] = "outlier.z"
    RATIO: ClassVar[str] = "outlier.ratio"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        case = case_of(subject)
        decision = penalty_decision(case, base)
        if decision is None or not case.tier:
            return NOT_APPLICABLE
        if case.fine_fen is None or case.item_id is None or self._party_kind(case, base) is None:
            return NOT_EVALUATED
        day = decision.at.day
        months, fewest, deviations, ratio = (
            base.parameter(name, on=day, agency_id=case.agency_id)
            for name in (self.MONTHS, self.PEERS, self.DEVIATIONS, self.RATIO)
        )
        enough, z, factor = whole(fewest), exact(deviations), exact(ratio)
        if not isinstance(months, int) or enough is None or z is None or factor is None:
            return NOT_APPLICABLE
        peers = self._peers(case, decision, months, base)
        if len(peers) < enough or not peers:
            return NOT_APPLICABLE
        middle = median(map(Fraction, peers))
        spread = median(abs(peer - middle) for peer in peers)
        fine = case.fine_fen
        if spread == 0:
            near = middle <= fine * factor and fine <= middle * factor
        else:
            near = abs(fine - middle) <= z * NORMAL * spread
        return Reckoning(
            status_of(near), values=(fine, int(2 * middle), len(peers), months), evidence=(("events", decision.id),)
        )

    def _peers(self, case: Case, decision: Event, months: int, base: FactBase) -> list[int]:
        """The fines of the other cases alike, decided after the day so many months ago and up to this day."""
        since, until = add_months(decision.at.day, -months), decision.at.day
        return [
            other.fine_fen
            for other in base.item_cases.get(case.item_id, ())
            if other.id != case.id
            and other.fine_fen is not None
            and other.tier == case.tier
            and self._party_kind(other, base) == self._party_kind(case, base)
            and (made := penalty_decision(other, base)) is not None
            and since < made.at.day <= until
        ]

    @staticmethod
    def _party_kind(case: Case, base: FactBase) -> str | None:
        party = base.party.get(case.party_id) if case.party_id is not None else None
        return party.kind if party else None

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        fine, doubled, peers, months = reckoning.values[:4]
        assert fine is not None
        assert doubled is not None
        middle = Fraction(doubled, 2)
        times = f"，为中位数的{float(fine / middle):.2f}倍" if middle else ""
        return Words(
            expected=f"与此前{months}个月同事项、同档次、同类当事人的罚款尺度相当（{peers}件，中位数{yuan(doubled // 2)}元）",
            observed=f"罚款{yuan(fine)}元{times}，明显偏离",
        )

    def needs(self) -> frozenset[str]:
        return need(DECISIONS + "cases: party_id item_id tier fine_fen; parties: party_id kind")

    def parameters(self) -> tuple[str, ...]:
        return (self.MONTHS, self.PEERS, self.DEVIATIONS, self.RATIO)
