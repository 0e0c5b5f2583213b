"""The fine within its tier of the discretion benchmark."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import Benchmark, FactBase
from mingjing.domain.rules.kinds.case.steps import StepsKind
from mingjing.domain.rules.kinds.common import yuan
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import PENALTY, CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinTier(StepsKind):
    """
    The fine lies within the tier in force when the act was done, or when it was decided if that is lighter.

    The union of the ranges of that item and tier, bounds inclusive; outside only with a departure and its reason.
    Source: 行政处罚法（2021）第三十四条、第三十七条.
    """

    name: ClassVar[str] = "range"
    label: ClassVar[str] = "幅度"
    looks_at: ClassVar[frozenset[str]] = frozenset(PENALTY.types)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        case, decided = subject.case, subject.step(PENALTY)
        if case.kind != "penalty" or decided is None or not case.tier:
            return NOT_APPLICABLE
        old = self._in_force(subject, case.act_on)
        new = self._in_force(subject, decided.at.day)
        departs = bool(case.tier_departure and case.tier_departure_reason)
        evidence = (("events", decided.id),)
        if case.act_on is None or case.fine_fen is None or not old:
            return Reckoning(Status.NOT_EVALUATED, evidence=evidence)
        if any(row.fine_min_fen is None or row.fine_max_fen is None for row in (*old, *new)):
            return Reckoning(Status.HOLDS if departs else Status.NOT_EVALUATED, evidence=evidence)
        lighter = bool(new) and self._weight(new) < self._weight(old)
        applied = new if lighter else old
        fine = case.fine_fen
        within = any(row.fine_min_fen <= fine <= row.fine_max_fen for row in applied)  # type: ignore[operator]
        highest, lowest = self._weight(applied)
        return Reckoning(
            Status.HOLDS if within or departs else Status.BROKEN,
            values=(fine, lowest, highest, int(lighter)),
            evidence=evidence,
        )

    @staticmethod
    def _in_force(view: CaseFacts, day: date | None) -> tuple[Benchmark, ...]:
        if day is None:
            return ()
        return tuple(row for row in view.benchmarks if row.tier == view.case.tier and row.covers(day))

    @staticmethod
    def _weight(rows: tuple[Benchmark, ...]) -> tuple[int, int]:
        """The greatest maximum, then the least minimum: smaller is lighter."""
        return max(row.fine_max_fen or 0 for row in rows), min(row.fine_min_fen or 0 for row in rows)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        fine, low, high, lighter = reckoning.values
        law = "（从旧兼从轻，适用决定时的较轻基准）" if lighter else ""
        return Words(
            expected=f"罚款应在{yuan(low)}元至{yuan(high)}元之间{law}，偏离的应说明从轻、减轻或者从重的理由",
            observed=f"罚款{yuan(fine)}元，未记载偏离理由",
        )

    def needs(self) -> frozenset[str]:
        return frozenset(
            {"cases", "events", "benchmarks", "cases.tier", "cases.fine_fen", "cases.act_on", "cases.item_id"}
        )
