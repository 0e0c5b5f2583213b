"""What was published is withdrawn in time."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.facts import Disclosure, FactBase
from mingjing.domain.rules.kinds.case.steps import CLOSING_STATUSES, StepsKind, overdue_days
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, code_of
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.moments import add_months, day_number, day_of, moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(StepsKind):
    """
    Everything published of a case is withdrawn in time.

    With ``void``: within the period after its decision was revoked, altered or found unlawful or void. Else: within the
    longest period of its credit class after the first publication, where that day lies after ``since``.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"

    void: bool
    since: date | None = None

    VOIDING: ClassVar[frozenset[str]] = frozenset({"revoked", "altered", "unlawful", "void"})

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("remedies", "events", "events", "events") if self.void else ("events",) * 4

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if self.void and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        shown = [row for row in base.case_disclosures.get(subject.case.id, ()) if row.subject == "case"]
        if not shown:
            return NOT_APPLICABLE
        return self._after_voiding(subject, base, shown) if self.void else self._after_longest(subject, base, shown)

    def _after_voiding(self, view: CaseFacts, base: FactBase, shown: list[Disclosure]) -> Reckoning:
        voided = [
            row
            for row in base.case_remedies.get(view.case.id, ())
            if row.outcome in self.VOIDING and row.decided_at is not None and row.decided_at.day <= base.as_of
        ]
        first = min(voided, key=lambda row: row.decided_at.code if row.decided_at else 0, default=None)
        if first is None or first.decided_at is None:
            return NOT_APPLICABLE
        start = first.decided_at.day
        if view.parameter("disclosure.withdraw_void.days", start) is None:
            return NOT_APPLICABLE
        due = view.last_day(start, "disclosure.withdraw_void.days", Unit.WORKING_DAY)
        if due is None:
            return NOT_EVALUATED
        shown = [row for row in shown if row.published_at is not None and row.published_at.day <= due]
        return self._judge(view, base, shown, start, due, (("remedies", first.id),))

    def _after_longest(self, view: CaseFacts, base: FactBase, shown: list[Disclosure]) -> Reckoning:
        if view.case.credit_class is None:
            return NOT_EVALUATED
        start = min(row.published_at.day for row in shown if row.published_at is not None)
        months = view.parameter(f"disclosure.max_months.{view.case.credit_class}", max(start, self.since or start))
        if not isinstance(months, int):
            return NOT_APPLICABLE
        due = add_months(start, months)
        if self.since is not None and due < self.since:
            return NOT_APPLICABLE
        return self._judge(view, base, shown, start, due, ())

    @staticmethod
    def _judge(
        view: CaseFacts,
        base: FactBase,
        shown: list[Disclosure],
        start: date,
        due: date,
        evidence: tuple[tuple[str, int | str], ...],
    ) -> Reckoning:
        closed = view.case.status in CLOSING_STATUSES
        ends = [row.withdrawn_at for row in shown if row.withdrawn_at is not None or not closed]
        if not ends:
            return NOT_APPLICABLE
        unfinished = any(end is None for end in ends)
        latest = None if unfinished else max((end for end in ends if end), key=lambda end: end.code)
        reached = max([end.day for end in ends if end] + ([base.as_of] if unfinished else []))
        return Reckoning(
            Status.BROKEN if reached > due else Status.HOLDS,
            due=day_number(due),
            values=(day_number(start), code_of(latest), day_number(reached)),
            evidence=evidence,
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, ended, reached = reckoning.values[:3]
        assert start is not None and reached is not None and reckoning.due is not None
        cause = "决定被撤销、变更、确认违法或者无效" if self.void else "公示"
        done = (
            f"{moment_of(ended).day.isoformat()}撤下"
            if ended is not None
            else f"截至{as_of.isoformat()}仍有未撤下的公示"
        )
        return Words(
            expected=f"{day_of(start).isoformat()}{cause}，应不晚于{day_of(reckoning.due).isoformat()}撤下公示信息",
            observed=f"{done}，逾期{reached - reckoning.due}日",
            due_on=day_of(reckoning.due),
            overdue_days=overdue_days(reckoning.due, reached),
        )

    def needs(self) -> frozenset[str]:
        base = {"cases", "disclosures", "disclosures.published_at", "disclosures.withdrawn_at"}
        return frozenset(base | {"remedies"} if self.void else base | {"cases.credit_class"})

    def parameters(self) -> tuple[str, ...]:
        if self.void:
            return ("disclosure.withdraw_void.days",)
        return tuple(f"disclosure.max_months.{name}" for name in ("minor", "general", "serious"))
