"""Worked examples: from rows in the words of the facts standard to the answer of a rule."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from mingjing.domain.rules import facts
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.model import Example, Rule, Status, Subject
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import Moment

type Row = Mapping[str, object]


class ExampleSubjectError(DomainError):
    """The example's subject is not among its facts."""

    code = "rules.example_subject"


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None


def _moment(value: object) -> Moment | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Moment.of(date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value))
    assert isinstance(value, date)
    return Moment.of(value)


def _list(value: object) -> tuple[str, ...]:
    return tuple(str(value).split("|")) if value else ()


def _same(value: object) -> object:
    return value


DAYS: Final = frozenset(
    "act_on act_ended_on found_on extends_to published_on withdrawn_on valid_from valid_until suspended_from "
    "suspended_until revoked_on legal_qualification_on effective_from effective_until hearing_on retained_until held_on "
    "since until expires_on".split()
)
MOMENTS: Final = frozenset(
    "at ended_at started_at plan_filed_at plan_entered_at unscanned_reason_at published_at withdrawn_at received_at "
    "replied_at decided_at report_received_at approved_at transferred_at".split()
)
LISTS: Final = frozenset({"item_ids"})
SETS: Final = frozenset({"other_penalties", "penalties"})


def _reader(name: str) -> Callable[[object], object]:
    if name in DAYS:
        return _day
    if name in MOMENTS:
        return _moment
    if name in LISTS:
        return _list
    if name == "elements":
        return lambda value: frozenset(_list(value)) or None
    return (lambda value: frozenset(_list(value))) if name in SETS else _same


def _make(kind: type[Any], row: Row, renamed: Mapping[str, str], **more: object) -> Any:
    """Make a fact from a row; columns that rules do not read are left aside."""
    known = set(kind.__dataclass_fields__)
    values = {renamed.get(column, column): value for column, value in row.items()}
    return kind(**{name: _reader(name)(value) for name, value in values.items() if name in known}, **more)


LINKS: Final = {"about_event_id": "about_id", "reason": "tier_departure_reason", "from": "since"}


def facts_of(example: Example) -> FactBase:
    """Build the facts of an example; tables that it leaves out are empty."""

    def made(table: str, kind: type[Any], own: str | None = None, *, ordered: bool = False) -> list[Any]:
        renamed = {**LINKS, own: "id"} if own else LINKS
        rows = example.facts.get(table, ())
        return [_make(kind, row, renamed, **({"order": number} if ordered else {})) for number, row in enumerate(rows)]

    return FactBase(
        as_of=example.as_of,
        agencies=made("agencies", facts.Agency, "agency_id"),
        officers=made("officers", facts.Officer, "officer_id"),
        officer_roles=made("officer_roles", facts.OfficerRole),
        credentials=made("credentials", facts.Credential),
        parties=made("parties", facts.Party, "party_id"),
        items=made("items", facts.Item, "item_id"),
        benchmarks=made("benchmarks", facts.Benchmark),
        cases=made("cases", facts.Case, "case_id"),
        events=made("events", facts.Event, "event_id", ordered=True),
        participants=made("participants", facts.Participation),
        documents=made("documents", facts.Document, "document_id"),
        media=made("media", facts.Media, "media_id"),
        inspections=made("inspections", facts.Inspection, "inspection_id", ordered=True),
        inspection_officers=[
            (str(row["inspection_id"]), str(row["officer_id"])) for row in example.facts.get("inspection_officers", ())
        ],
        disclosures=made("disclosures", facts.Disclosure),
        remedies=made("remedies", facts.Remedy, "remedy_id"),
        referrals=made("referrals", facts.Referral, "referral_id"),
        training=made("training", facts.Training),
    )


def subject_of(rule: Rule, base: FactBase, subject_id: facts.Key) -> object:
    """
    Find what a rule judges among the facts.

    :raises ExampleSubjectError: if it is not there
    """
    rows: dict[Subject, list[Any]] = {
        Subject.CASE: base.cases,
        Subject.INSPECTION: base.inspections,
        Subject.OFFICER: base.officers,
        Subject.AGENCY: base.agencies,
        Subject.REMEDY: base.remedies,
        Subject.REFERRAL: base.referrals,
        Subject.MEDIA: base.media,
    }
    for row in rows[rule.subject]:
        if row.id == subject_id:
            return CaseFacts(row, base) if rule.judges_steps else row
    raise ExampleSubjectError(f"例子里没有编号为“{subject_id}”的{rule.subject.label}。", subject=subject_id)


def run_examples(rule: Rule) -> Iterator[tuple[Example, Status]]:
    """Answer each worked example of a rule by its ``check``."""
    for example in rule.examples:
        base = facts_of(example)
        yield example, judge(rule, subject_of(rule, base, example.subject), base).status
