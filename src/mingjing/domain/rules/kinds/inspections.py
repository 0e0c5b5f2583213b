"""
Kinds of rule about visits 行政检查: filed and planned ahead, by enough officers, on published items, not too often.

A visit that begins after the day of evaluation is not judged, and nothing is judged by it. The columns of the same kinds
are in :mod:`mingjing.engine.columns.inspections`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from mingjing.domain.rules.facts import FactBase, Inspection, Item, Key
from mingjing.domain.rules.kinds.common import (
    CREDENTIALS,
    HOLDS,
    NOT_EVALUATED,
    ROLES,
    VISIT,
    VISITORS,
    code_of,
    day_text,
    hour_text,
    least,
    lies_ahead,
    need,
    rank,
    so_far,
    status_of,
    whole,
)
from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status, Words
from mingjing.kernel.moments import DAY_CODE, add_months, before, day_number, day_of
from mingjing.kernel.truth import all_of


def is_later(visit: Inspection, base: FactBase) -> bool:
    """Say whether the visit begins after the day of evaluation."""
    return lies_ahead(visit.started_at, base)


def place_of(visit: Inspection) -> tuple[int, int]:
    """Where a visit stands among others: by its start, a bare day at its midnight, then as in the source."""
    assert visit.started_at is not None
    return visit.started_at.code // 2, visit.order


def precedes(one: Inspection, other: Inspection) -> bool:
    """Say whether a visit stands before another one."""
    return place_of(one) < place_of(other)


def visits_to(party_id: Key | None, base: FactBase) -> list[Inspection]:
    """Return the visits to a party up to the day of evaluation, in their order."""
    return sorted(base.party_inspections.get(party_id, ()), key=place_of)


def _parameter(name: str, visit: Inspection, base: FactBase) -> int | None:
    assert visit.started_at is not None
    return whole(base.parameter(name, on=visit.started_at.day, agency_id=visit.agency_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledBefore(Kind):
    """The visit was filed before it began, unless something triggered it and the cause is stated."""

    name: ClassVar[str] = "order"
    label: ClassVar[str] = "次序"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        if is_later(subject, base):
            return NOT_APPLICABLE
        if subject.selection == "triggered" and subject.cause:
            return HOLDS
        if subject.started_at is None:
            return NOT_EVALUATED
        filed = subject.plan_filed_at
        kept = False if filed is None else before(filed, subject.started_at)
        return Reckoning(
            status_of(kept),
            values=(subject.started_at.code, code_of(filed)),
            evidence=(("inspections", subject.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        started, filed = reckoning.values[:2]
        told = "没有备案记录" if filed is None else f"{hour_text(filed)}才备案"
        return Words(expected="开始检查前先行备案", observed=f"{hour_text(started)}开始检查，{told}")

    def needs(self) -> frozenset[str]:
        return need(VISIT + "inspections: plan_filed_at selection cause")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAhead(Kind):
    """A planned visit begins at least so many days after its plan was entered in the joint platform."""

    name: ClassVar[str] = "gap"
    label: ClassVar[str] = "提前期"

    days: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        entered = subject.plan_entered_at
        if is_later(subject, base) or entered is None or subject.selection == "triggered":
            return NOT_APPLICABLE
        if subject.started_at is None:
            return NOT_EVALUATED
        days = _parameter(self.days, subject, base)
        if days is None:
            return NOT_APPLICABLE
        earliest = day_number(entered.day) + days
        return Reckoning(
            status_of(day_number(subject.started_at.day) >= earliest),
            due=earliest,
            values=(entered.code, subject.started_at.code, days),
            evidence=(("inspections", subject.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        entered, started, days = reckoning.values[:3]
        assert entered is not None
        assert started is not None
        assert reckoning.due is not None
        return Words(
            expected=f"检查计划至少提前{days}日录入，即不早于{day_of(reckoning.due).isoformat()}开始检查",
            observed=f"{day_text(entered)}录入，{day_text(started)}检查，仅提前{started // DAY_CODE - entered // DAY_CODE}日",
            due_on=day_of(reckoning.due),
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + "inspections: plan_entered_at selection")

    def parameters(self) -> tuple[str, ...]:
        return (self.days,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsPublished(Kind):
    """Every item of the visit was published and not withdrawn on that day."""

    name: ClassVar[str] = "qualified"
    label: ClassVar[str] = "资格"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections", "items")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        if is_later(subject, base):
            return NOT_APPLICABLE
        if subject.started_at is None or not subject.item_ids:
            return NOT_EVALUATED
        day = subject.started_at.day
        items = [base.item.get(item_id) if item_id is not None else None for item_id in subject.item_ids]
        unpublished = {item.id for item in items if item is not None and not self._is_published(item, day)}
        if not unpublished:
            return NOT_EVALUATED if None in items else HOLDS
        return Reckoning(
            Status.BROKEN,
            values=(subject.started_at.code, len(unpublished)),
            evidence=(("inspections", subject.id), ("items", least(unpublished))),
        )

    @staticmethod
    def _is_published(item: Item, day: date) -> bool:
        return (
            item.published_on is not None
            and item.published_on <= day
            and (item.withdrawn_on is None or item.withdrawn_on > day)
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        started, count = reckoning.values[:2]
        return Words(
            expected="检查事项在检查当日均已公布且未撤销",
            observed=f"{day_text(started)}检查，其中{count}项检查事项当日尚未公布或者已经撤销",
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + "inspections: item_ids; items: item_id published_on withdrawn_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitQuorum(Kind):
    """
    Enough officers make the visit; with ``credentialed``, enough of them hold a credential valid that day.

    Source: 行政处罚法（2021）第四十二条.
    """

    name: ClassVar[str] = "quorum"
    label: ClassVar[str] = "人数"

    credentialed: bool = False

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        if is_later(subject, base):
            return NOT_APPLICABLE
        if subject.started_at is None:
            return NOT_EVALUATED
        required = _parameter("officers.minimum", subject, base)
        if required is None:
            return NOT_APPLICABLE
        day = subject.started_at.day
        people = base.inspection_officer_ids.get(subject.id, [])
        present = [person for person in people if base.holds_role(person, "officer", day)]
        if self.credentialed:
            present = [person for person in present if base.has_credential(person, day)]
        return Reckoning(
            status_of(len(present) >= required),
            values=(len(present), required, subject.started_at.code),
            evidence=(("inspections", subject.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        present, required, started = reckoning.values[:3]
        who = "持有效执法证件的执法人员" if self.credentialed else "执法人员"
        return Words(
            expected=f"实施检查的{who}不少于{required}人",
            observed=f"{day_text(started)}的检查，当日{who}为{present}人",
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + VISITORS + ROLES + (CREDENTIALS if self.credentialed else ""))

    def parameters(self) -> tuple[str, ...]:
        return ("officers.minimum",)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFrequency(Kind):
    """
    An enterprise is visited no more often in a day, an ISO week, a month or a year than the caps allow.

    A joint visit counts once, and its first row stands for it. Visits with a stated ground for not being counted, and
    visits to citizens, are left out. The cap of a year goes by the party's class of risk, where the place has set one.
    """

    name: ClassVar[str] = "frequency"
    label: ClassVar[str] = "频次"

    CAPS: ClassVar[tuple[str, ...]] = ("inspection.cap.day", "inspection.cap.week", "inspection.cap.month")
    YEAR: ClassVar[str] = "inspection.cap.year"
    CLASSES: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D")
    SPANS: ClassVar[tuple[str, ...]] = ("当日", "当周", "当月", "当年")

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections", "inspections")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        if is_later(subject, base) or subject.exempt_reason:
            return NOT_APPLICABLE
        party = base.party.get(subject.party_id) if subject.party_id is not None else None
        kind = party.kind if party else None
        if kind == "citizen":
            return NOT_APPLICABLE
        if party is None or kind is None or subject.started_at is None:
            return NOT_EVALUATED
        visits = list(self._counted(visits_to(subject.party_id, base)))
        if all(visit.id != subject.id for visit in visits):
            return NOT_APPLICABLE  # another row stands for this joint visit
        earlier = [visit for visit in visits if visit.id == subject.id or precedes(visit, subject)]
        found = self._exceeded(subject, earlier, self._caps(subject, party.risk_level, base))
        if found is None:
            return HOLDS
        previous = earlier[-2:-1]
        return Reckoning(
            Status.BROKEN,
            values=(*found, subject.started_at.code),
            evidence=(("inspections", subject.id), *(("inspections", visit.id) for visit in previous)),
        )

    @staticmethod
    def _counted(visits: Iterable[Inspection]) -> Iterator[Inspection]:
        seen: set[str] = set()
        for visit in visits:
            if visit.exempt_reason or visit.joint_id in seen:
                continue
            if visit.joint_id:
                seen.add(visit.joint_id)
            yield visit

    def _caps(self, visit: Inspection, risk: str | None, base: FactBase) -> list[int | None]:
        caps = [_parameter(name, visit, base) for name in self.CAPS]
        of_class = _parameter(f"{self.YEAR}.{risk}", visit, base) if risk in self.CLASSES else None
        return [*caps, _parameter(self.YEAR, visit, base) if of_class is None else of_class]

    @staticmethod
    def _exceeded(visit: Inspection, visits: list[Inspection], caps: list[int | None]) -> tuple[int, int, int] | None:
        """The first span whose cap is exceeded: its number, the visits in it, the cap."""
        assert visit.started_at is not None
        spans = [_spans(one.started_at.day) for one in visits if one.started_at is not None]
        own = _spans(visit.started_at.day)
        for number, cap in enumerate(caps):
            count = sum(span[number] == own[number] for span in spans)
            if cap is not None and count > cap:
                return number + 1, count, cap
        return None

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        span, count, cap, started = reckoning.values[:4]
        assert span is not None
        when = self.SPANS[span - 1]
        return Words(
            expected=f"同一企业{when}接受检查不超过{cap}次",
            observed=f"{day_text(started)}的检查是该企业{when}第{count}次",
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + "inspections: party_id exempt_reason joint_id; parties: party_id kind")

    def parameters(self) -> tuple[str, ...]:
        return (*self.CAPS, self.YEAR, *(f"{self.YEAR}.{risk}" for risk in self.CLASSES))


def _spans(day: date) -> tuple[date, date, tuple[int, int], int]:
    """The day, the Monday of its ISO week, its month and its year."""
    return day, day - timedelta(days=day.weekday()), (day.year, day.month), day.year


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatVisit(Kind):
    """
    No visit so soon after one of the same agency; or, with ``cross``, after one of another agency.

    A triggered visit may come at any time. Rows of one joint visit do not repeat one another, and a joint visit may
    follow that of another agency.
    """

    name: ClassVar[str] = "repeat"
    label: ClassVar[str] = "重复"

    days: str
    cross: bool = False

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections", "inspections")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        if is_later(subject, base):
            return NOT_APPLICABLE
        if subject.selection == "triggered" or (self.cross and subject.joint_id):
            return HOLDS
        if subject.party_id is None or subject.agency_id is None or subject.started_at is None:
            return NOT_EVALUATED
        days = _parameter(self.days, subject, base)
        if days is None:
            return NOT_APPLICABLE
        earlier = [
            visit
            for visit in visits_to(subject.party_id, base)
            if visit.id != subject.id and precedes(visit, subject) and self._counts(visit, subject)
        ]
        if not earlier or earlier[-1].started_at is None:
            return HOLDS
        previous = earlier[-1].started_at
        passed = (subject.started_at.day - previous.day).days
        return Reckoning(
            status_of(passed > days),
            values=(passed, days, subject.started_at.code, previous.code),
            evidence=(("inspections", subject.id), ("inspections", earlier[-1].id)),
        )

    def _counts(self, earlier: Inspection, visit: Inspection) -> bool:
        if earlier.agency_id is None:
            return False
        if self.cross:
            return earlier.agency_id != visit.agency_id
        return earlier.agency_id == visit.agency_id and not (visit.joint_id and earlier.joint_id == visit.joint_id)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        passed, days, started, previous = reckoning.values[:4]
        whose = "不同机关" if self.cross else "同一机关"
        gap = f"距上次检查仅{passed}日" if passed else "与上次检查在同一日"
        return Words(
            expected=f"{whose}对同一企业的两次检查间隔超过{days}日",
            observed=f"{day_text(started)}检查，{gap}（{'另一机关' if self.cross else '同一机关'}{day_text(previous)}检查）",
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + "inspections: party_id agency_id joint_id selection")

    def parameters(self) -> tuple[str, ...]:
        return (self.days,)


@dataclass(frozen=True, slots=True, kw_only=True)
class UneventfulVisits(Kind):
    """No officer makes so many visits running to one enterprise within a year that all find nothing."""

    name: ClassVar[str] = "repeat"
    label: ClassVar[str] = "重复"

    visits: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections", "officers", "inspections")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        people = base.inspection_officer_ids.get(subject.id, [])
        if is_later(subject, base) or not people:
            return NOT_APPLICABLE
        if subject.party_id is None or subject.started_at is None:
            return NOT_EVALUATED
        wanted = _parameter(self.visits, subject, base)
        if wanted is None:
            return NOT_APPLICABLE
        unknown = False
        for person in sorted(people, key=rank):
            run = [
                visit
                for visit in visits_to(subject.party_id, base)
                if person in base.inspection_officer_ids.get(visit.id, ())
                and (visit.id == subject.id or precedes(visit, subject))
            ][-wanted:]
            found = self._is_uneventful(run, wanted)
            if found:
                return Reckoning(
                    Status.BROKEN,
                    values=(subject.started_at.code, code_of(run[0].started_at), wanted),
                    evidence=(("inspections", subject.id), ("officers", person), ("inspections", run[0].id)),
                )
            unknown = unknown or found is None
        return NOT_EVALUATED if unknown else HOLDS

    @staticmethod
    def _is_uneventful(run: list[Inspection], wanted: int) -> bool | None:
        if len(run) < wanted:
            return False
        first, last = run[0].started_at, run[-1].started_at
        assert first is not None
        assert last is not None
        results = [None if visit.result is None else visit.result == "none" for visit in run]
        return all_of([*results, first.day > add_months(last.day, -12)])

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        started, first, wanted = reckoning.values[:3]
        return Words(
            expected=f"同一人员一年内不连续{wanted}次检查同一企业均未发现问题",
            observed=f"自{day_text(first)}至{day_text(started)}，同一人员连续{wanted}次检查该企业，结果均为未发现问题",
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + VISITORS + "inspections: party_id result")

    def parameters(self) -> tuple[str, ...]:
        return (self.visits,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedOrExplained(Kind):
    """The visit was scanned, or the reason why not was given within so many days."""

    name: ClassVar[str] = "required"
    label: ClassVar[str] = "必备"

    days: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("inspections",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Inspection)
        if is_later(subject, base):
            return NOT_APPLICABLE
        if subject.scanned:
            return HOLDS
        if subject.scanned is None or subject.started_at is None:
            return NOT_EVALUATED
        days = _parameter(self.days, subject, base)
        if days is None:
            return NOT_APPLICABLE
        due = day_number(subject.started_at.day) + days
        explained = so_far(subject.unscanned_reason_at, base) if subject.unscanned_reason else None
        reached = explained.day if explained else base.as_of
        return Reckoning(
            status_of(day_number(reached) <= due),
            due=due,
            values=(subject.started_at.code, code_of(explained), days),
            evidence=(("inspections", subject.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        started, explained, days = reckoning.values[:3]
        assert reckoning.due is not None
        until = day_number(as_of) if explained is None else explained // DAY_CODE
        told = f"截至{as_of.isoformat()}未说明原因" if explained is None else f"{day_text(explained)}才说明原因"
        return Words(
            expected=f"检查时扫码，未扫码的{days}日内（{day_of(reckoning.due).isoformat()}前）说明原因",
            observed=f"{day_text(started)}检查未扫码，{told}，逾期{until - reckoning.due}日",
            due_on=day_of(reckoning.due),
            overdue_days=until - reckoning.due,
        )

    def needs(self) -> frozenset[str]:
        return need(VISIT + "inspections: scanned unscanned_reason unscanned_reason_at")

    def parameters(self) -> tuple[str, ...]:
        return (self.days,)
