"""A small office that runs cases: an item with a benchmark, handlers, a reviewer, heads; and a way to take steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case, Draft, Event
from mingjing.contexts.cases.usecases import opening, steps
from mingjing.contexts.cases.usecases.base import procedure_for
from mingjing.contexts.catalog.models import Benchmark, BenchmarkEdition, Item, ItemEdition
from mingjing.contexts.media.models import Recording
from mingjing.contexts.registry.models import Agency, Credential, Officer, Party, Role
from mingjing.contexts.registry.usecases.credentials import new_token
from mingjing.domain.catalog.editions import digest_of
from tests.contexts.conftest import ActorMaker

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
YUAN = 100

ITEM: dict[str, Any] = {
    "name": "对餐饮服务提供者未明码标价的处罚",
    "kind": "penalty",
    "basis": ["《某省餐饮服务管理条例》第三条"],
    "act_code": "MR-105",
    "domain": "market_regulation",
    "level": "县级",
    "flow": "penalty_ordinary",
}


def fine(low: int, high: int) -> dict[str, Any]:
    return {"measure": "fixed", "low": str(low * YUAN), "high": str(high * YUAN)}


BENCHMARK: dict[str, Any] = {
    "law_fine": fine(100, 50_000),
    "law_kinds": ["fine"],
    "basis": ["《某省餐饮服务管理条例》第三条"],
    "tiers": [
        {"name": "轻微", "condition": "货值不满一千元", "kinds": ["fine"], "fine": fine(100, 1_000)},
        {"name": "较轻", "condition": "货值不满一万元", "kinds": ["fine"], "fine": fine(1_000, 10_000)},
        {"name": "一般", "condition": "货值一万元以上", "kinds": ["fine"], "fine": fine(10_000, 30_000)},
    ],
}


def item_in_force(unit: Unit, content: Mapping[str, Any], code: str = "MR-105", **tiers: Any) -> Item:
    """Make a published item, with its benchmark where one is given."""
    row = Item.objects.create(
        code=code,
        name=content["name"],
        unit=unit,
        created_at=BEGAN,
        kind=content["kind"],
        act_code=content.get("act_code", ""),
    )
    _edition(ItemEdition, row, dict(content))
    if tiers:
        book = Benchmark.objects.create(
            code=f"{code}-B", name=content["name"], unit=unit, created_at=BEGAN, item=row, level="county"
        )
        _edition(BenchmarkEdition, book, {"item": code, **tiers})
    return row


def _edition(model: Any, holder: Any, content: dict[str, Any]) -> None:
    model.objects.create(
        holder=holder,
        number=1,
        status="published",
        content=content,
        digest=digest_of(content),
        effective_from=date(2025, 1, 1),
        drafted_at=BEGAN,
        drafted_by="测试",
    )


@dataclass(kw_only=True)
class Office:
    """Who works on cases, and the moment at which they do. ``go`` takes a step with what it asks for."""

    people: Mapping[str, Actor]
    officers: Mapping[str, Officer]
    item: Item
    party: Party
    citizen: Party
    unit: Unit
    at: datetime = BEGAN
    films: bool = True
    """Whether they film what must be filmed."""
    case: Case = field(default_factory=Case)

    def later(self, **by: int) -> "Office":
        self.at += timedelta(**by)
        return self

    def open(self, procedure: str = "penalty_ordinary", **changes: Any) -> Case:
        given = {
            "procedure": procedure,
            "unit": self.unit.code,
            "item": self.item.code,
            "party": self.party.code,
            "title": "泗河街道老李餐馆未明码标价案",
            "source": "inspection",
            "handlers": [self.officers["one"].code, self.officers["two"].code],
        }
        self.case = opening.open_case(actor=self.people["one"], at=self.at, given=opening.NewCase(**(given | changes)))
        return self.case

    def start(self, step: str, by: str = "") -> Draft:
        return steps.start_draft(actor=self.people[by or self._who(step)], at=self.at, case=self.case.code, step=step)

    def given(self, draft: Draft, **more: Any) -> steps.Given:
        people: Sequence[tuple[str, str]] = more.pop("people", [tuple(one) for one in draft.people])
        outcome, about, reasons = more.pop("outcome", ""), more.pop("about", ""), more.pop("reasons", {})
        return steps.Given(
            answers={**self._answers(draft.step), **more}, people=people, outcome=outcome, about=about, reasons=reasons
        )

    def filmed(self, step: str) -> None:
        """Attach a video to a step that is being prepared."""
        film(self, self.start(step), procedure_for(self.case).step(step).event)

    def go(self, step: str, *, by: str = "", **more: Any) -> Event:
        """Take a step, through its approval where it needs one."""
        wanted = procedure_for(self.case).step(step)
        draft = self.start(step, by)
        who = self.people[by or self._who(step)]
        approved = more.pop("approved", "approved")
        given = self.given(draft, **more)
        method = str(given.answers.get("method") or "")
        if self.films and steps.unrecorded(self.case, wanted, draft.code, on=self.at.date(), method=method):
            film(self, draft, wanted.event)
        if wanted.endorsed is None:
            event = steps.take_step(actor=who, at=self.at, draft=draft.code, version=draft.version, given=given)
        else:
            put = steps.propose_step(actor=who, at=self.at, draft=draft.code, version=draft.version, given=given)
            made = steps.decide_proposal(
                actor=self.people["head"], at=self.at, draft=put.code, version=put.version, outcome=approved
            )
            assert isinstance(made, Event)
            event = made
        self.case.refresh_from_db()
        return event

    def _who(self, step: str) -> str:
        duty = procedure_for(self.case).step(step).duty.value
        return {"handle": "one", "review": "reviewer", "approve": "head", "preside": "chair", "archive": "one"}[duty]

    def _answers(self, step: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for ask in procedure_for(self.case).step(step).asks:
            if ask.name == "at":
                found["at"] = self.at.isoformat()
            elif ask.name in ("credential_shown", "rights_told", "no_necessities"):
                found[ask.name] = True
            elif ask.name in ("found_on", "act_on"):
                found[ask.name] = self.at.date().isoformat()
            elif ask.name == "urgent":
                found["urgent"] = False
            elif ask.name in ("expires_on", "until_on", "fulfil_by"):
                found[ask.name] = (self.at.date() + timedelta(days=20)).isoformat()
            elif ask.required:
                found[ask.name] = {
                    "fen": 0,
                    "day": self.at.date().isoformat(),
                    "moment": self.at.isoformat(),
                    "choice": ask.choices[0][0] if ask.choices else "",
                    "whole": 1,
                    "flag": True,
                }.get(ask.kind.value, "已核实，情况属实。")
        return found


def film(office: Office, draft: Draft | None, kind: str, what: str = "video") -> None:
    """Attach a video (or another recording) to a draft, or to the case before its step; ``kind`` is the kind of event."""
    code = draft.code if draft else ""
    Recording.objects.create(
        code=f"{'V' if what == 'video' else 'N'}-{code or kind}",
        kind=what,
        device_no="REC-007",
        unit=office.unit,
        subject_kind="case",
        subject_code=draft.case.code if draft else office.case.code,
        step_kind=kind,
        step_code=code,
        uploaded_by_id=office.people["one"].user_id,
        started_at=office.at,
        shows="现场全过程",
        stored="video.mp4",
        size=1,
        sha256="0" * 64,
        sm3="0" * 64,
        uploaded_at=office.at,
        retained_until=office.at.date() + timedelta(days=1000),
    )


type OfficeMaker = Callable[..., Office]


@pytest.fixture
def office(units: dict[str, Unit], actor_with: ActorMaker) -> Office:
    """The office, in a place of its own."""
    return make_office(units, actor_with)


def make_office(units: dict[str, Unit], actor_with: ActorMaker) -> Office:
    """Make the office."""
    market = Agency.objects.create(
        unit=units["market"],
        code="A000001",
        name=units["market"].name,
        kind="organ",
        field="market_regulation",
        legal_basis="《食品安全法》第六条",
        status="announced",
        confirmed_on=date(2025, 1, 10),
        announced_on=date(2025, 1, 15),
        is_published=True,
    )
    roles = {
        "one": ("officer", "王建国"),
        "two": ("officer", "李秀英"),
        "three": ("officer", "张志强"),
        "reviewer": ("legal_reviewer", "孙桂兰"),
        "chair": ("legal_reviewer", "吴雪梅"),
        "head": ("agency_head", "周振宇"),
        "deputy": ("agency_head", "徐光明"),
        "third": ("agency_head", "黄海涛"),
        "clerk": ("agency_clerk", "赵文静"),
    }
    people: dict[str, Actor] = {}
    officers: dict[str, Officer] = {}
    for number, (name, (role, called)) in enumerate(roles.items(), 1):
        people[name] = actor_with(role, "market", username=name, name=called)
        row = Officer.objects.create(
            unit=units["market"],
            code=f"P{number:06}",
            name=called,
            user_id=people[name].user_id,
            employment="established",
            joined_on=date(2020, 1, 1),
            exam_passed_on=date(2020, 6, 1),
            legal_qualification_on=date(2019, 1, 1),
        )
        officers[name] = row
        Role.objects.create(officer=row, role="officer", valid_from=date(2020, 6, 1))
        if role == "legal_reviewer":
            Role.objects.create(officer=row, role="legal_reviewer", valid_from=date(2021, 1, 1))
        Credential.objects.create(
            officer=row,
            number=f"1508{number:08}",
            category="市场监管",
            area="泗水县",
            issued_on=date(2024, 1, 1),
            valid_from=date(2024, 1, 1),
            valid_until=date(2028, 12, 31),
            verified_on=date(2026, 3, 1),
            token=new_token(),
        )
    assert market.code
    return Office(
        people=people,
        officers=officers,
        item=item_in_force(units["market"], ITEM, **BENCHMARK),
        party=Party.objects.create(
            code="Q000001", kind="legal_person", name="泗水老李餐饮有限公司", key_index="q1", place="370831"
        ),
        citizen=Party.objects.create(code="Q000002", kind="citizen", name="刘大山", key_index="q2", place="370831"),
        unit=units["market"],
    )
