"""
Kinds of rule about what follows a case: replies to reconsideration and court, referrals, recordings kept.

What was received after the day of evaluation is not judged; what was answered after it is not answered yet. The columns
of the same kinds are in :mod:`mingjing.engine.columns.remedies`.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.deadlines import TimeLimit, Unit, count
from mingjing.domain.rules.facts import FactBase, Key, Media, Referral, Remedy
from mingjing.domain.rules.kinds.common import (
    NOT_EVALUATED,
    code_of,
    day_text,
    hour_text,
    lies_ahead,
    need,
    so_far,
    status_of,
    whole,
)
from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status, Words
from mingjing.kernel.moments import DAY_CODE, MICROSECONDS_A_DAY, add_months, day_number, day_of

HOUR_CODE = MICROSECONDS_A_DAY // 24 * 2
"""Moment codes per hour."""


def _agency_of(case_id: Key | None, base: FactBase) -> Key | None:
    case = base.case.get(case_id) if case_id is not None else None
    return case.agency_id if case else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyInTime(Kind):
    """
    The agency replies in time: by the kind of remedy, and for reconsideration by its procedure.

    Source: 行政复议法（2023）第四十八条、第五十四条、第八十八条；行政诉讼法（2017）第六十七条.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"
    gathers: ClassVar[str] = "case"

    RECONSIDERATION: ClassVar[str] = "reply.reconsideration.days"
    SIMPLE: ClassVar[str] = "reply.simple.days"
    LITIGATION: ClassVar[str] = "reply.litigation.days"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("remedies",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Remedy)
        if lies_ahead(subject.received_at, base):
            return NOT_APPLICABLE
        if subject.received_at is None or subject.kind is None:
            return NOT_EVALUATED
        start = subject.received_at.day
        in_court = subject.kind == "litigation"
        name = self.LITIGATION if in_court else self.SIMPLE if subject.procedure == "simple" else self.RECONSIDERATION
        days = whole(base.parameter(name, on=start, agency_id=_agency_of(subject.case_id, base)))
        if days is None:
            return NOT_APPLICABLE
        unit = Unit.CALENDAR_DAY if in_court else Unit.WORKING_DAY
        deadline = count(start, TimeLimit(amount=days, unit=unit, rolls=in_court), calendar=base.calendar)
        if deadline.provisional:
            return Reckoning(Status.NOT_EVALUATED, missing=("calendar",))
        replied = so_far(subject.replied_at, base)
        reached = replied.day if replied else base.as_of
        return Reckoning(
            status_of(reached <= deadline.due),
            due=day_number(deadline.due),
            values=(subject.received_at.code, code_of(replied), days, int(in_court)),
            evidence=(("remedies", subject.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        received, replied, days, in_court = reckoning.values[:4]
        assert reckoning.due is not None
        until = day_number(as_of) if replied is None else replied // DAY_CODE
        told = f"截至{as_of.isoformat()}未答复" if replied is None else f"{day_text(replied)}才答复"
        period = f"{days}日" if in_court else f"{days}个工作日"
        act = "提交答辩状和证据" if in_court else "提交书面答复和证据"
        return Words(
            expected=f"自{day_text(received)}收到副本起{period}内（{day_of(reckoning.due).isoformat()}前）{act}",
            observed=f"{told}，逾期{until - reckoning.due}日",
            due_on=day_of(reckoning.due),
            overdue_days=until - reckoning.due,
        )

    def needs(self) -> frozenset[str]:
        return need("remedies: remedy_id kind procedure received_at replied_at")

    def parameters(self) -> tuple[str, ...]:
        return (self.RECONSIDERATION, self.SIMPLE, self.LITIGATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralInTime(Kind):
    """
    A referral to the police is decided within days of the report, and made within hours of its approval.

    Source: 行政执法机关移送涉嫌犯罪案件的规定（2020）第五条.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"
    gathers: ClassVar[str] = "case"

    DECIDE: ClassVar[str] = "referral.decide.days"
    TRANSFER: ClassVar[str] = "referral.transfer_hours"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("referrals",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Referral)
        if subject.to != "police" or lies_ahead(subject.report_received_at, base):
            return NOT_APPLICABLE
        parts = [self._decided(subject, base), self._transferred(subject, base)]
        for status in (Status.BROKEN, Status.NOT_EVALUATED, Status.HOLDS):
            for part in parts:
                if part.status is status:
                    return part
        return NOT_APPLICABLE

    def _decided(self, referral: Referral, base: FactBase) -> Reckoning:
        received, decided = referral.report_received_at, so_far(referral.decided_at, base)
        if received is None:
            return NOT_EVALUATED
        days = whole(base.parameter(self.DECIDE, on=received.day, agency_id=_agency_of(referral.case_id, base)))
        if days is None:
            return NOT_APPLICABLE
        due = day_number(received.day) + days
        reached = decided.day if decided else base.as_of
        return Reckoning(
            status_of(day_number(reached) <= due),
            due=due,
            values=(1, received.code, code_of(decided), days),
            evidence=(("referrals", referral.id),),
        )

    def _transferred(self, referral: Referral, base: FactBase) -> Reckoning:
        approved, transferred = so_far(referral.approved_at, base), so_far(referral.transferred_at, base)
        if approved is None or approved.clock is None:
            return NOT_EVALUATED
        hours = whole(base.parameter(self.TRANSFER, on=approved.day, agency_id=_agency_of(referral.case_id, base)))
        if hours is None:
            return NOT_APPLICABLE
        latest = approved.code + hours * HOUR_CODE
        due = latest // DAY_CODE
        if transferred is None:
            kept: bool | None = day_number(base.as_of) <= due
        else:
            kept = None if transferred.clock is None else transferred.code <= latest
        return Reckoning(
            status_of(kept),
            due=due,
            values=(2, approved.code, code_of(transferred), hours),
            evidence=(("referrals", referral.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        part, start, end, amount = reckoning.values[:4]
        assert start is not None
        assert reckoning.due is not None
        until = day_number(as_of) if end is None else end // DAY_CODE
        late = max(until - reckoning.due, 0) or None
        if part == 1:
            expected = f"{day_text(start)}接到报告，{amount}日内（{day_of(reckoning.due).isoformat()}前）决定是否移送"
            observed = f"截至{as_of.isoformat()}未决定" if end is None else f"{day_text(end)}才决定"
        else:
            expected = f"{hour_text(start)}批准移送，{amount}小时内向公安机关移送"
            observed = f"截至{as_of.isoformat()}未移送" if end is None else f"{hour_text(end)}才移送"
        return Words(
            expected=expected,
            observed=observed + (f"，逾期{late}日" if late else ""),
            due_on=day_of(reckoning.due),
            overdue_days=late,
        )

    def needs(self) -> frozenset[str]:
        return need("referrals: referral_id to report_received_at decided_at approved_at transferred_at")

    def parameters(self) -> tuple[str, ...]:
        return (self.DECIDE, self.TRANSFER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRetained(Kind):
    """A recording is kept for so many years after the act that it shows."""

    name: ClassVar[str] = "range"
    label: ClassVar[str] = "幅度"
    gathers: ClassVar[str] = "case"

    years: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("media",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Media)
        act = self._act(subject, base)
        if act is not None and act > base.as_of:
            return NOT_APPLICABLE
        if act is None or subject.retained_until is None:
            return NOT_EVALUATED
        years = whole(base.parameter(self.years, on=act, agency_id=_agency_of(subject.case_id, base)))
        if years is None:
            return NOT_APPLICABLE
        due = add_months(act, 12 * years)
        return Reckoning(
            status_of(subject.retained_until >= due),
            due=day_number(due),
            values=(day_number(act), day_number(subject.retained_until), years),
            evidence=(("media", subject.id),),
        )

    @staticmethod
    def _act(media: Media, base: FactBase) -> date | None:
        """The day of the step that it shows; without one, the day when the recording began."""
        for step in base.events if media.event_id is not None else ():
            if step.id == media.event_id and step.at.day <= base.as_of:
                return step.at.day
        return media.started_at.day if media.started_at else None

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        act, retained, years = reckoning.values[:3]
        assert act is not None
        assert retained is not None
        assert reckoning.due is not None
        return Words(
            expected=f"音像资料自{day_of(act).isoformat()}起至少保存{years}年，至{day_of(reckoning.due).isoformat()}",
            observed=f"保存期限只到{day_of(retained).isoformat()}，短{reckoning.due - retained}日",
            due_on=day_of(reckoning.due),
        )

    def needs(self) -> frozenset[str]:
        return need("media: media_id event_id started_at retained_until; events: at")

    def parameters(self) -> tuple[str, ...]:
        return (self.years,)
