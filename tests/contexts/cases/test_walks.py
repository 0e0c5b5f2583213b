"""
Random walks through the acts that page, API and command line call, on a database.

Whatever was done, the overseer over the exported facts finds nothing of what blocks.
"""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from mingjing.contexts.cases import frozen
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases import steps
from mingjing.contexts.cases.usecases.base import procedure_for
from mingjing.contexts.media.models import Recording
from mingjing.contexts.oversight.usecases.oversee_files import choose_rules, oversee_files
from mingjing.domain.procedures.gates import PERIODS, GatesUnmetError
from mingjing.domain.procedures.model import AskKind, Duty, Step
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Strictness, Subject
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.errors import DomainError
from tests.contexts.cases.conftest import ITEM, Office, item_in_force
from tests.contexts.cases.test_facts import exported
from tests.contexts.conftest import ActorMaker

MOVES = 30
PAUSES = (0, 5, 60, 60 * 24, 60 * 24 * 3, 60 * 24 * 8)
FINES = (0, 10_000, 50_000, 100_000, 200_000, 2_500_000)
REASONS = dict.fromkeys(rules(), "情况已经说明。")
BLOCKING = [
    rule
    for rule in choose_rules()
    if rule.subject is Subject.CASE and rule.strictness is Strictness.BLOCK and not isinstance(rule.kind, PERIODS)
]
WHO = {
    "handler": ("one", "two", "three"),
    "server": ("one", "two"),
    "recorder": ("three",),
    "assistant": ("three",),
    "recused": ("one", "two", "three"),
    "approver": ("head", "deputy"),
    "voter": ("head", "deputy", "third"),
    "reviewer": ("reviewer", "chair", "one"),
    "chair": ("chair", "reviewer", "one"),
}


def answer(chance: Random, office: Office, ask: Any) -> object:
    """Answer what a step asks, in any way that its form allows."""
    day = office.at.date()
    match ask.kind:
        case AskKind.MOMENT:
            return office.at.isoformat()
        case AskKind.DAY:
            return (day + timedelta(days=chance.choice((-800, -1, 0, 10, 25)))).isoformat()
        case AskKind.FEN:
            return chance.choice(FINES)
        case AskKind.FLAG:
            return chance.random() < 0.7
        case AskKind.CHOICE:
            return chance.choice([code for code, _ in ask.choices] or ["轻微", "较轻", "一般"])
        case AskKind.CHOICES:
            return chance.sample([code for code, _ in ask.choices], chance.choice((0, 0, 1)))
        case _:
            return "已经核实，情况属实。"


def move(chance: Random, office: Office) -> str:
    """Try a step that is open, and say what came of it."""
    office.later(minutes=chance.choice(PAUSES))
    row = Case.objects.get(pk=office.case.pk)
    base = frozen.fact_base(row, on=office.at.date())
    open_now = procedure_for(row).open_steps(row.stage, CaseFacts(case=base.case[row.code], base=base))
    if not open_now:
        return "end"
    ahead = [one for one in open_now if one.main]
    step: Step = chance.choice(ahead if ahead and chance.random() < 0.6 else open_now)
    if step.status in ("transferred", "withdrawn", "ended") and chance.random() < 0.9:
        return "not now"
    given = {
        ask.name: answer(chance, office, ask)
        for ask in step.asks
        if ask.required or ask.name == "credential_shown" or chance.random() < 0.5
    }
    people = [
        (part.role, office.officers[one].code)
        for part in step.parts
        for one in chance.sample(WHO[part.role], min(len(WHO[part.role]), max(part.least, 1)))
    ]
    outcome = chance.choice(step.outcomes).code if step.outcomes and chance.random() < 0.3 else ""
    outcome = outcome or (step.outcomes[0].code if step.outcomes else "")
    lying = row.drafts.filter(step=step.code, state="draft").first()
    if (
        step.recorded
        and chance.random() < 0.7
        and not Recording.objects.filter(code=f"V-{lying and lying.code}").exists()
    ):
        with suppress(DomainError):
            office.filmed(step.code)
    who = office.people[
        {Duty.REVIEW: "reviewer", Duty.APPROVE: "head", Duty.PRESIDE: "chair", Duty.SUPERVISE: "overseer"}.get(
            step.duty, "one"
        )
    ]
    try:
        draft = steps.start_draft(actor=who, at=office.at, case=row.code, step=step.code)
        asked = steps.Given(answers=given, people=people, outcome=outcome, reasons=REASONS)
        if step.endorsed is None:
            steps.take_step(actor=who, at=office.at, draft=draft.code, version=draft.version, given=asked)
        else:
            put = steps.propose_step(actor=who, at=office.at, draft=draft.code, version=draft.version, given=asked)
            boss = office.people["overseer" if step.endorsed is Duty.SUPERVISE else "head"]
            steps.decide_proposal(actor=boss, at=office.at, draft=put.code, version=put.version, outcome=outcome)
    except GatesUnmetError:
        return "stopped"
    except DomainError:
        return "refused"
    return step.code


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_is_done_here_the_overseer_finds_no_block(
    office: Office, actor_with: ActorMaker, tmp_path: Path
) -> None:
    office.people = {**office.people, "overseer": actor_with("overseer", "justice", username="overseer", name="乔雅楠")}
    began, told = office.at, []
    for number, (kind, procedure) in enumerate(
        [("penalty", "penalty_ordinary")] * 6
        + [("penalty", "penalty_summary")] * 2
        + [("compulsory_measure", "compulsory_measure")] * 2
        + [("compulsory_execution", "compulsory_execution"), ("license", "license"), ("license", "license_renewal")]
    ):
        chance = Random(f"walk-{number}")
        office.at = began
        if kind == "penalty":
            office.open(procedure, party=chance.choice((office.party, office.citizen)).code)
        else:
            item_in_force(office.unit, {**ITEM, "name": "测试事项", "kind": kind, "act_code": ""}, f"X-{number}")
            office.open(procedure, item=f"X-{number}", title="测试案件")
        told.append([move(chance, office) for _ in range(MOVES)])
    flat = [one for each in told for one in each]
    assert flat.count("stopped") > 5, "the gates were hardly met"
    assert {"decision", "seizure"} & set(flat), f"no walk came to a decision: {told}"
    oversee_files(
        path=exported(tmp_path / "facts"),
        as_of=began.date() + timedelta(days=400),
        out=tmp_path / "out",
        chosen=BLOCKING,
        with_reports=False,
    )
    found = duckdb.sql(
        f"SELECT rule_id, subject_id, observed FROM '{tmp_path / 'out' / 'findings.parquet'}'"
    ).fetchall()
    steps_of = {
        one.code: [f"{each.at} {each.step} {each.outcome}" for each in one.events.all()] for one in Case.objects.all()
    }
    assert not found, [(rule, words, steps_of.get(subject)) for rule, subject, words in found]
