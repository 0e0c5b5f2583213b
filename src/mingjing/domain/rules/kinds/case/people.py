"""Who takes part in a step: how many, who not, and with which qualification."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import Event, FactBase, Key
from mingjing.domain.rules.kinds.case.steps import StepsKind, when_text
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, rank
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import HANDLING, CaseFacts, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation(StepsKind):
    """
    Who takes a part in one step must not be a handler of the case.

    The part is ``role`` on events of ``types``; with ``serving``, on that step itself and on events of ``types`` that
    are about it.
    """

    name: ClassVar[str] = "separation"
    label: ClassVar[str] = "分离"
    looks_at: ClassVar[frozenset[str]] = frozenset(HANDLING)

    role: str
    types: tuple[str, ...]
    person: str
    serving: Step | None = None

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "officers", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if subject.case.kind != "penalty":
            return NOT_APPLICABLE
        people = [
            (event.order, event, person.officer_id)
            for event in self._events(subject)
            for person in base.event_participants.get(event.id, ())
            if person.role == self.role
        ]
        if not people:
            return NOT_APPLICABLE
        for _, event, officer_id in sorted(people, key=lambda one: (one[1].at.code, one[0], rank(one[2]))):
            if officer_id in subject.handlers:
                return Reckoning(
                    Status.BROKEN, values=(event.at.code,), evidence=(("events", event.id), ("officers", officer_id))
                )
        return Reckoning(Status.HOLDS)

    def _events(self, view: CaseFacts) -> Iterable[Event]:
        if self.serving is None:
            return [event for event in view.events if event.type in self.types]
        served = view.step(self.serving)
        if served is None:
            return []
        return [
            event
            for event in view.events
            if event.id == served.id or (event.type in self.types and event.about_id == served.id)
        ]

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected=f"{self.person}不得由本案承办人员担任",
            observed=f"{when_text(reckoning.values[0])}的{self.person}同时是本案承办人员",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "participants"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum(StepsKind):
    """
    Each step of these types needs a number of officers, distinct handlers and recorders who are officers that day.

    With ``credentialed``, that many of them must hold a credential valid that day; with ``staff``, anybody counts.
    ``any_kind`` looks at cases of every kind, else at penalties. One officer is enough where the item names a legal basis,
    if ``single_allowed``. ``minimum`` is the parameter that says how many.
    """

    name: ClassVar[str] = "quorum"
    label: ClassVar[str] = "人数"

    types: tuple[str, ...]
    credentialed: bool = False
    any_kind: bool = False
    single_allowed: bool = True
    staff: bool = False
    minimum: str = "officers.minimum"
    what: str = "执法人员"

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.any_kind and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        steps = [event for event in subject.events if event.type in self.types]
        if not steps:
            return NOT_APPLICABLE
        fewest, index = min((self._present(subject, base, event), number) for number, event in enumerate(steps))
        event = steps[index]
        required = self._required(subject, event.at.day)
        if any(self._present(subject, base, step) < self._required(subject, step.at.day) for step in steps):
            return Reckoning(Status.BROKEN, values=(fewest, required, event.at.code), evidence=(("events", event.id),))
        return Reckoning(Status.HOLDS, values=(fewest, required, event.at.code), evidence=(("events", event.id),))

    def _present(self, view: CaseFacts, base: FactBase, event: Event) -> int:
        day = event.at.day
        people = {
            person.officer_id
            for person in base.event_participants.get(event.id, ())
            if person.role in ("handler", "recorder")
            and (self.staff or base.holds_role(person.officer_id, "officer", day))
        }
        if self.credentialed:
            people = {officer_id for officer_id in people if base.has_credential(officer_id, day)}
        return len(people)

    def _required(self, view: CaseFacts, day: date) -> int:
        if self.single_allowed and view.item is not None and view.item.single_officer_basis:
            return 1
        value = view.parameter(self.minimum, day)
        assert isinstance(value, int)
        return value

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        present, required, at = reckoning.values[:3]
        return Words(
            expected=f"{self.what}不得少于{required}人", observed=f"{when_text(at)}的环节{self.what}为{present}人"
        )

    def needs(self) -> frozenset[str]:
        base = {"cases", "events", "participants"}
        if not self.staff:
            base |= {"officer_roles", "officer_roles.from", "officer_roles.until"}
        return frozenset(base | {"credentials"}) if self.credentialed else frozenset(base)

    def parameters(self) -> tuple[str, ...]:
        return (self.minimum,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerQualified(StepsKind):
    """
    Each legal reviewer holds that role on the day; who began after the duty came in also holds the qualification.

    Source: 行政处罚法（2021）第五十八条第二款.
    """

    name: ClassVar[str] = "qualified"
    label: ClassVar[str] = "资格"
    looks_at: ClassVar[frozenset[str]] = frozenset({"legal_review"})

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "officers", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if subject.case.kind != "penalty":
            return NOT_APPLICABLE
        applies = False
        for event in subject.events:
            if event.type != "legal_review":
                continue
            people = {p.officer_id for p in base.event_participants.get(event.id, ()) if p.role == "reviewer"}
            for officer_id in sorted(people, key=rank):
                applies = True
                if not self._qualified(subject, base, officer_id, event.at.day):
                    return Reckoning(
                        Status.BROKEN,
                        values=(event.at.code,),
                        evidence=(("events", event.id), ("officers", officer_id)),
                    )
        return Reckoning(Status.HOLDS) if applies else NOT_APPLICABLE

    @staticmethod
    def _qualified(view: CaseFacts, base: FactBase, officer_id: Key, day: date) -> bool:
        roles = [row for row in base.officer_role_rows.get(officer_id, ()) if row.role == "legal_reviewer"]
        if not any(row.covers(day) for row in roles):
            return False
        since = view.parameter("legal_review.qualification_since", day)
        begun = min((row.since or date.min for row in roles), default=date.min)
        if not isinstance(since, date) or begun < since:
            return True
        officer = base.officer.get(officer_id)
        held = officer.legal_qualification_on if officer else None
        return held is not None and held <= day

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="审核人员当日应当是法制审核人员；初次从事审核的应当取得法律职业资格",
            observed=f"{when_text(reckoning.values[0])}的法制审核由不具备资格的人员作出",
        )

    def needs(self) -> frozenset[str]:
        return frozenset(
            {
                *("cases", "events", "participants", "officers", "officer_roles"),
                *("officers.legal_qualification_on", "officer_roles.from", "officer_roles.until"),
            }
        )

    def parameters(self) -> tuple[str, ...]:
        return ("legal_review.qualification_since",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAgency(StepsKind):
    """
    Handlers belong to the case's agency or to a body directly under it, unless the case came from a joint visit.

    Source: 行政处罚法（2021）第十七条、第四十二条.
    """

    name: ClassVar[str] = "qualified"
    label: ClassVar[str] = "资格"
    looks_at: ClassVar[frozenset[str]] = frozenset(HANDLING)

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("officers", "events", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if subject.case.kind != "penalty" or not subject.handlers:
            return NOT_APPLICABLE
        if any(visit.joint_id for visit in base.case_inspections.get(subject.case.id, ())):
            return Reckoning(Status.HOLDS)
        belongs = {officer_id: self._belongs(subject, base, officer_id) for officer_id in subject.handlers}
        strangers = sorted((one for one, own in belongs.items() if own is False), key=rank)
        if strangers:
            return Reckoning(Status.BROKEN, values=(len(strangers),), evidence=(("officers", strangers[0]),))
        return NOT_EVALUATED if None in belongs.values() else Reckoning(Status.HOLDS)

    @staticmethod
    def _belongs(view: CaseFacts, base: FactBase, officer_id: Key) -> bool | None:
        officer = base.officer.get(officer_id)
        if officer is None or officer.agency_id is None or view.case.agency_id is None:
            return None
        if officer.agency_id == view.case.agency_id:
            return True
        own = base.agency.get(officer.agency_id)
        return own is not None and own.parent_id == view.case.agency_id

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="承办人员应当属于本案执法主体及其所属机构，联合执法除外",
            observed=f"有{reckoning.values[0]}名承办人员属于其他单位，且无联合执法记录",
        )

    def needs(self) -> frozenset[str]:
        return frozenset(
            {"cases", "events", "participants", "officers", "officers.agency_id", "agencies", "cases.agency_id"}
        )
