"""
Kinds of rule about an agency as a whole: shares to be reached, growth to be explained, fines as even as a quota.

Years are complete calendar years; what is not known anywhere in the population leaves the share unknown. The columns of
the same kinds are in :mod:`mingjing.engine.columns.agencies`.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from mingjing.domain.rules.facts import Agency, Case, Event, FactBase, Key
from mingjing.domain.rules.kinds.common import (
    DECISIONS,
    NOT_EVALUATED,
    ROLES,
    exact,
    hundredths,
    least,
    need,
    penalty_decision,
    percent_text,
    share_text,
    status_of,
    whole,
    yuan,
)
from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status, Words
from mingjing.kernel.moments import before
from mingjing.kernel.truth import any_of

FULL = 10_000
"""A hundred percent, in hundredths of a percent."""


def decisions_of(agency_id: Key, base: FactBase) -> list[tuple[Case, Event]]:
    """Return an agency's penalty decisions up to the day of evaluation."""
    found = ((case, penalty_decision(case, base)) for case in base.agency_cases.get(agency_id, ()))
    return [(case, decision) for case, decision in found if decision is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerShare(Kind):
    """Legal reviewers are at least so many percent of the officers on the day of evaluation."""

    name: ClassVar[str] = "ratio"
    label: ClassVar[str] = "比例"
    gathers: ClassVar[str] = "register"

    percent: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("agencies",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Agency)
        percent = hundredths(base.parameter(self.percent, on=base.as_of, agency_id=subject.id))
        if percent is None:
            return NOT_APPLICABLE
        staff = [officer.id for officer in base.officers if officer.agency_id == subject.id]
        officers = sum(base.holds_role(person, "officer", base.as_of) for person in staff)
        reviewers = sum(base.holds_role(person, "legal_reviewer", base.as_of) for person in staff)
        kept = None if officers == 0 else FULL * reviewers >= percent * officers
        return Reckoning(status_of(kept), values=(reviewers, officers, percent), evidence=(("agencies", subject.id),))

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        reviewers, officers, percent = reckoning.values[:3]
        assert reviewers is not None
        assert officers is not None
        assert percent is not None
        wanted = -(-percent * officers // FULL)
        return Words(
            expected=f"法制审核人员不低于执法人员的{percent_text(percent)}，即至少{wanted}名",
            observed=(
                f"截至{as_of.isoformat()}，执法人员{officers}名，法制审核人员{reviewers}名"
                f"（{share_text(reviewers, officers)}），还需{wanted - reviewers}名"
            ),
        )

    def needs(self) -> frozenset[str]:
        return need(ROLES + "officers: officer_id agency_id; agencies: agency_id")

    def parameters(self) -> tuple[str, ...]:
        return (self.percent,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRate(Kind):
    """At least so many percent of the major penalty decisions were legally reviewed before they were made."""

    name: ClassVar[str] = "ratio"
    label: ClassVar[str] = "比例"
    gathers: ClassVar[str] = "agency"

    percent: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("agencies", "cases")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Agency)
        percent = hundredths(base.parameter(self.percent, on=base.as_of, agency_id=subject.id))
        if percent is None:
            return NOT_APPLICABLE
        decisions = decisions_of(subject.id, base)
        reviewed = {case.id: self._was_reviewed(case, made, base) for case, made in decisions if case.is_major}
        if not reviewed or None in reviewed.values() or any(case.is_major is None for case, _ in decisions):
            return NOT_EVALUATED
        done = sum(map(bool, reviewed.values()))
        lacking = [case_id for case_id, was in reviewed.items() if not was]
        return Reckoning(
            status_of(FULL * done >= percent * len(reviewed)),
            values=(done, len(reviewed), percent),
            evidence=(("agencies", subject.id), *((("cases", least(lacking)),) if lacking else ())),
        )

    @staticmethod
    def _was_reviewed(case: Case, decision: Event, base: FactBase) -> bool | None:
        events = base.case_events.get(case.id, ())
        return any_of(before(event.at, decision.at) for event in events if event.type == "legal_review")

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        done, total, percent = reckoning.values[:3]
        assert done is not None
        assert total is not None
        return Words(
            expected=f"重大处罚决定的法制审核率达到{percent_text(percent)}",
            observed=(
                f"截至{as_of.isoformat()}，重大处罚决定{total}件，决定前经法制审核{done}件"
                f"（{share_text(done, total)}），未经审核{total - done}件"
            ),
        )

    def needs(self) -> frozenset[str]:
        return need(DECISIONS + "cases: agency_id is_major; agencies: agency_id")

    def parameters(self) -> tuple[str, ...]:
        return (self.percent,)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeGrowth(Kind):
    """Fines and confiscations of the last complete year are at most so many percent of those of the year before."""

    name: ClassVar[str] = "ratio"
    label: ClassVar[str] = "比例"
    gathers: ClassVar[str] = "agency"

    percent: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("agencies",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Agency)
        percent = hundredths(base.parameter(self.percent, on=base.as_of, agency_id=subject.id))
        if percent is None:
            return NOT_APPLICABLE
        totals = {base.as_of.year - 1: 0, base.as_of.year - 2: 0}
        for case, decision in decisions_of(subject.id, base):
            if decision.at.day.year not in totals:
                continue
            if case.fine_fen is None or case.confiscated_fen is None:
                return NOT_EVALUATED
            totals[decision.at.day.year] += case.fine_fen + case.confiscated_fen
        last, earlier = totals[base.as_of.year - 1], totals[base.as_of.year - 2]
        if earlier == 0:
            return NOT_EVALUATED
        return Reckoning(
            status_of(FULL * last <= percent * earlier),
            values=(last, earlier, percent, base.as_of.year - 1),
            evidence=(("agencies", subject.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        last, earlier, percent, year = reckoning.values[:4]
        assert last is not None
        assert earlier is not None
        assert year is not None
        return Words(
            expected=f"{year}年罚没收入不超过{year - 1}年的{percent_text(percent)}",
            observed=(
                f"{year}年罚没收入{yuan(last)}元，{year - 1}年{yuan(earlier)}元，为上年的{share_text(last, earlier)}"
            ),
        )

    def needs(self) -> frozenset[str]:
        return need(DECISIONS + "cases: agency_id fine_fen confiscated_fen; agencies: agency_id")

    def parameters(self) -> tuple[str, ...]:
        return (self.percent,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsAttend(Kind):
    """
    Heads of the agency attend its hearings in court: all of them, and principal heads a part of them.

    Source: 行政诉讼法（2017）第三条.
    """

    name: ClassVar[str] = "ratio"
    label: ClassVar[str] = "比例"
    gathers: ClassVar[str] = "agency"

    attends: str
    principal: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("agencies", "remedies")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Agency)
        wanted = [
            hundredths(base.parameter(name, on=base.as_of, agency_id=subject.id))
            for name in (self.attends, self.principal)
        ]
        if None in wanted:
            return NOT_APPLICABLE
        hearings = [
            remedy
            for case in base.agency_cases.get(subject.id, ())
            for remedy in base.case_remedies.get(case.id, ())
            if remedy.kind == "litigation" and remedy.hearing_on is not None and remedy.hearing_on <= base.as_of
        ]
        if not hearings or any(None in (one.head_attended, one.head_is_principal) for one in hearings):
            return NOT_EVALUATED
        for number, percent in enumerate(wanted, start=1):
            assert percent is not None
            came = [bool(one.head_attended if number == 1 else one.head_is_principal) for one in hearings]
            if FULL * sum(came) < percent * len(came):
                absent = least(one.id for one, was_there in zip(hearings, came, strict=True) if not was_there)
                return Reckoning(
                    Status.BROKEN,
                    values=(number, sum(came), len(came), percent),
                    evidence=(("agencies", subject.id), ("remedies", absent)),
                )
        return Reckoning(Status.HOLDS)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        number, came, hearings, percent = reckoning.values[:4]
        assert came is not None
        assert hearings is not None
        who = "负责人" if number == 1 else "正职负责人"
        return Words(
            expected=f"行政机关{who}出庭率达到{percent_text(percent)}",
            observed=(f"截至{as_of.isoformat()}开庭{hearings}次，{who}出庭{came}次（{share_text(came, hearings)}）"),
        )

    def needs(self) -> frozenset[str]:
        return need(
            "remedies: remedy_id kind case_id hearing_on head_attended head_is_principal; "
            "cases: case_id agency_id; agencies: agency_id"
        )

    def parameters(self) -> tuple[str, ...]:
        return (self.attends, self.principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSignal(Kind):
    """
    Units of one level, domain and superior that fine in the same number and to the same amount month after month.

    Only units with some fines in each of the last complete months are compared, and only where there are enough of
    them: a signal to ask about quotas, never proof of one.
    """

    name: ClassVar[str] = "outlier"
    label: ClassVar[str] = "离群"
    gathers: ClassVar[str] = "group"

    UNITS: ClassVar[str] = "quota.units"
    MONTHS: ClassVar[str] = "quota.months"
    FINES: ClassVar[str] = "quota.fines"
    VARIATION: ClassVar[str] = "quota.cv"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("agencies",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Agency)
        group = [one.id for one in base.agencies if _likeness(one) == _likeness(subject)]
        judge = least(group)  # whose place and domain decide the group's parameters
        months, fewest, enough = (
            whole(base.parameter(name, on=base.as_of, agency_id=judge))
            for name in (self.MONTHS, self.FINES, self.UNITS)
        )
        limit = exact(base.parameter(self.VARIATION, on=base.as_of, agency_id=judge))
        if months is None or fewest is None or enough is None or limit is None:
            return NOT_APPLICABLE
        fines = {one: self._fines(one, months, base) for one in group}
        units = {
            one: monthly
            for one, monthly in fines.items()
            if all(len(amounts) >= max(fewest, 1) for amounts in monthly.values())
        }
        own = units.get(subject.id)
        if own is None or len(units) < enough:
            return Reckoning(Status.HOLDS)
        counts = [Fraction(len(amounts)) for monthly in units.values() for amounts in monthly.values()]
        means = [_mean([Fraction(fine) for amounts in one.values() for fine in amounts]) for one in units.values()]
        even = _varies_less(counts, limit) and _varies_less(means, limit)
        number = sum(len(amounts) for amounts in own.values())
        return Reckoning(
            status_of(not even),
            values=(len(units), months, number, sum(sum(amounts) for amounts in own.values())),
            evidence=(("agencies", subject.id),),
        )

    @staticmethod
    def _fines(agency_id: Key, months: int, base: FactBase) -> dict[int, list[int]]:
        """The fines of each of the last complete months."""
        now = base.as_of.year * 12 + base.as_of.month - 1
        found: dict[int, list[int]] = {month: [] for month in range(now - months, now)}
        for case, decision in decisions_of(agency_id, base):
            month = decision.at.day.year * 12 + decision.at.day.month - 1
            if month in found and case.fine_fen is not None and case.fine_fen > 0:
                found[month].append(case.fine_fen)
        return found

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        units, months, number, total = reckoning.values[:4]
        assert number is not None
        assert total is not None
        return Words(
            expected="同类单位的月罚款件数和件均罚款额有正常的差异",
            observed=(
                f"{as_of.year}年{as_of.month}月前{months}个整月，同类{units}个单位月罚款件数、件均罚款额几乎一致；"
                f"本单位罚款{number}件，件均{yuan(total // number)}元"
            ),
        )

    def needs(self) -> frozenset[str]:
        return need(DECISIONS + "cases: agency_id fine_fen; agencies: agency_id level domain parent_id")

    def parameters(self) -> tuple[str, ...]:
        return (self.UNITS, self.MONTHS, self.FINES, self.VARIATION)


def _likeness(agency: Agency) -> tuple[str | None, str | None, Key | None]:
    return agency.level, agency.domain, agency.parent_id


def _mean(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


def _varies_less(numbers: list[Fraction], limit: Fraction) -> bool:
    """Whether the coefficient of variation (of the whole population) lies below the limit."""
    mean = _mean(numbers)
    return _mean([(number - mean) ** 2 for number in numbers]) < (limit * mean) ** 2
